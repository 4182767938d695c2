import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** What was acknowledged, a JSON line each: whatever stands here, the server must never lose. */
export class Ledger {
  private readonly handle: number;
  private lines = '';
  private readonly timer: NodeJS.Timeout;

  constructor(file: string) {
    this.handle = openSync(file, 'w', 0o600);
    this.timer = setInterval(() => this.flush(), 500);
    this.timer.unref();
  }

  acknowledged(deviceId: string, atMs: readonly number[], nowMs: number): void {
    for (const at_ms of atMs) this.lines += `${JSON.stringify({ device_id: deviceId, at_ms, acknowledged_ms: nowMs })}\n`;
    if (this.lines.length > 65_536) this.flush();
  }

  close(): void {
    clearInterval(this.timer);
    this.flush();
    fsyncSync(this.handle);
    closeSync(this.handle);
  }

  private flush(): void {
    if (this.lines === '') return;
    writeSync(this.handle, this.lines);
    this.lines = '';
  }
}
