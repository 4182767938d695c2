import { closeSync, copyFileSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const ROTATE_AT = 10 * 1024 * 1024;
const CUT_AT = 100 * 1024 * 1024;
const TAIL = 64 * 1024;

export const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
};

/** A file handle to append to; a big log becomes `<file>.1` first, and the one before it is dropped. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (sizeOf(file) > ROTATE_AT) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The writers hold the file open, so a log that outgrows its limit while they run is copied and emptied in place. */
export function cutLog(file: string): void {
  if (sizeOf(file) < CUT_AT) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** What was written since `offset`, its last 64 KB. */
export function readLog(file: string, offset = 0): string {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(handle);
    const from = Math.max(offset > size ? 0 : offset, size - TAIL);
    const buffer = Buffer.alloc(size - from);
    readSync(handle, buffer, 0, buffer.length, from);
    return buffer.toString('utf8');
  } finally {
    closeSync(handle);
  }
}

interface LogLine {
  level?: number | string;
  msg?: string;
  err?: { message?: string };
}

function parse(line: string): LogLine | undefined {
  try {
    return line.startsWith('{') ? (JSON.parse(line) as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

const isError = (line: LogLine): boolean => Number(line.level) >= 50 || line.level === 'error' || line.level === 'fatal' || !!line.err;

/** The last thing a program complained about, in words: an error record, else a line of a crash, else its last line. */
export function lastError(log: string): string | undefined {
  const lines = stripVTControlCharacters(log)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .reverse();
  const record = lines.map(parse).find((line) => line && isError(line));
  if (record) {
    const { msg, err } = record;
    return msg && err?.message && !msg.includes(err.message) ? `${msg}: ${err.message}` : (err?.message ?? msg);
  }
  const plain = lines.filter((line) => !line.startsWith('{') && !/^(at |Node\.js v)/.test(line));
  return plain.find((line) => /^(\w*(Error|Exception)\b|FATAL|ERROR)/.test(line)) ?? plain[0] ?? parse(lines[0] ?? '')?.msg;
}
