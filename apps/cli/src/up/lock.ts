import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, remove, writeJson } from './files';
import { codeOf, Problem } from './problem';
import { isAlive, startOf, stopProcess } from './processes';

interface Member {
  name: string;
  pid: number;
  started: string;
}

interface Holder extends Member {
  /** Where it serves, once known. */
  address?: string;
  children: Member[];
}

const same = (member: Member): boolean => isAlive(member.pid) && startOf(member.pid) === member.started;

const member = (name: string, pid: number): Member => ({ name, pid, started: startOf(pid) ?? '' });

/** One copy per data directory. The file names the holder and its children, so a later start can clear up after a crash. */
export class Lock {
  private constructor(
    private readonly file: string,
    private readonly holder: Holder,
  ) {}

  static async take(dataDir: string, name = 'up'): Promise<Lock> {
    const file = join(dataDir, 'fleet.lock');
    const lock = new Lock(file, { ...member(name, process.pid), children: [] });
    for (let attempt = 0; attempt < 10; attempt++) {
      if (lock.claim()) return lock;
      const other = readJson<Holder>(file);
      if (other && same(other)) throw inUse(dataDir, other);
      if (other) await stopLeftovers(other);
      discard(file, other);
    }
    throw new Problem(`Several copies are starting on ${dataDir} at once.`, 'Start one of them.');
  }

  /** A link either makes the whole file appear or fails because another one is there. */
  private claim(): boolean {
    const draft = `${this.file}.${process.pid}.claim`;
    writeFileSync(draft, JSON.stringify(this.holder), { mode: 0o600 });
    try {
      linkSync(draft, this.file);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      remove(draft);
    }
  }

  announce(address: string): void {
    this.holder.address = address;
    writeJson(this.file, this.holder);
  }

  adopt(name: string, pid: number): void {
    this.holder.children = [...this.holder.children.filter((child) => child.name !== name), member(name, pid)];
    writeJson(this.file, this.holder);
  }

  release(): void {
    if (readJson<Holder>(this.file)?.pid === process.pid) remove(this.file);
  }
}

const inUse = (dataDir: string, other: Holder): Problem =>
  new Problem(
    `${dataDir} is already in use by process ${other.pid}${other.address ? `, which serves ${other.address}` : ''}.`,
    `Use that copy, or end it with: kill ${other.pid}\nTo run a second one beside it, give it its own FLEET_DATA_DIR.`,
  );

/** Servers of a killed copy may still hold its port and its database. */
async function stopLeftovers(holder: Holder): Promise<void> {
  const left = (holder.children ?? []).filter(same);
  await Promise.all(
    left.map(({ pid }) =>
      stopProcess(pid, [
        ['SIGTERM', 2500],
        ['SIGKILL', 1000],
      ]),
    ),
  );
}

/** Two starts may find the same stale lock; the slower one must not throw away the lock the faster one has just taken. */
function discard(file: string, stale: Holder | undefined): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readJson<Holder>(aside);
  if (moved && (moved.pid !== stale?.pid || moved.started !== stale.started)) {
    try {
      linkSync(aside, file);
    } catch {
      // Somebody else has claimed it in between; that claim stands.
    }
  }
  rmSync(aside, { force: true });
}
