/** A message of type "command" as a unit keeps it. */
export interface UnitMessage {
  t: number;
  f: 512;
  tp: 'ucr';
  ca: string;
  cn: string;
  cp: string;
  ui: number;
  ln: string;
  lt: string;
  et?: number;
  p: { text: string };
}

export interface UnitCommand {
  n: string;
  c: string;
  /** tcp, udp, vrt, gsm, or nothing: the server chooses. */
  l: string;
}

/** How the device behind the unit behaves. `slow` answers after the queue has given up. */
export type UnitManners = 'executes' | 'silent' | 'fails';

/** One unit of the stand-in: a device with a relay that is connected or not. */
export class StandInUnit {
  connected = true;
  mayExecute = true;
  manners: UnitManners = 'executes';
  /** From command to the device's word. */
  answerMs = 40;
  outputs = 0;
  speed_kmh = 0;
  commands: UnitCommand[] = [
    { n: 'Зажигание выкл', c: 'block_engine', l: 'tcp' },
    { n: 'Зажигание вкл', c: 'unblock_engine', l: '' },
  ];
  readonly messages: UnitMessage[] = [];
  /** Everything the relay did. */
  readonly relayMoves: { cut: boolean; at_ms: number; speed_kmh: number }[] = [];
  private kept: (() => void)[] = [];
  private last = 0;

  constructor(
    readonly id: number,
    readonly uid: string,
    private readonly nowMs: () => number,
  ) {}

  /** What the documented item shows with the flags of the immobilizer's question. */
  view(): Record<string, unknown> {
    const t = Math.floor(this.nowMs() / 1000);
    const available = this.connected ? this.commands.map(({ n, c, l }) => ({ n, a: 1, t: l === '' ? 'tcp,udp' : l, c })) : [];
    return {
      nm: `Unit ${this.id}`,
      cls: 2,
      id: this.id,
      uid: this.uid,
      netconn: this.connected ? 1 : 0,
      cmds: available,
      cml: Object.fromEntries(this.commands.map((command, i) => [String(i + 1), { id: i + 1, ...command, p: '', a: 1, f: 0, jp: '' }])),
      pos: { t, y: 55.75, x: 37.62, z: 150, s: this.speed_kmh, c: 0, sc: 11 },
      lmsg: { t, f: 3, tp: 'ud', i: 0, o: this.outputs, p: {} },
    };
  }

  /** Hands a command to the device: now over a direct link, or whenever it comes back over one that keeps commands. */
  exec(command: UnitCommand, linkType: string, timeoutS: number): boolean {
    const link = command.l === '' ? linkType : command.l;
    if (link === 'vrt' || link === 'gsm') {
      if (this.connected) this.deliver(command, link, Infinity);
      else this.kept.push(() => this.deliver(command, link, Infinity));
      return true;
    }
    if (!this.connected) return false;
    this.deliver(command, 'tcp', timeoutS * 1000);
    return true;
  }

  connect(connected: boolean): void {
    this.connected = connected;
    if (connected) for (const late of this.kept.splice(0)) late();
  }

  private deliver(command: UnitCommand, link: string, queueMs: number): void {
    if (this.manners === 'silent' || this.answerMs > queueMs) return;
    setTimeout(() => {
      if (!this.connected) return;
      const done = this.manners === 'executes';
      const cut = command.c === 'block_engine';
      if (done && (cut || command.c === 'unblock_engine')) {
        this.outputs = cut ? 1 : 0;
        this.relayMoves.push({ cut, at_ms: this.nowMs(), speed_kmh: this.speed_kmh });
      }
      this.note(command, link, done);
    }, this.answerMs).unref();
  }

  private note(command: UnitCommand, link: string, done: boolean): void {
    // Times are whole seconds there; two messages of one second are told apart by their order alone.
    const t = (this.last = Math.max(this.last, Math.floor(this.nowMs() / 1000)));
    this.messages.push({ t, f: 512, tp: 'ucr', ca: command.n, cn: command.c, cp: '', ui: 1, ln: 'stand-in', lt: link, ...(done ? { et: t } : {}), p: { text: done ? 'executed' : 'failed' } });
  }
}
