import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metric } from './bench';

const ticksPerSecond = 100;

/** Fields of /proc/<pid>/stat from the state on; the name before them may contain blanks and brackets. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Seconds of both kinds that a process has used, with those of its children that have ended. */
const secondsOf = (pid: number): number => {
  const fields = statOf(pid);
  return fields.length === 0 ? 0 : [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0) / ticksPerSecond;
};

const children = (parent: number): number[] => readdirSync('/proc').map(Number).filter((pid) => pid > 0 && Number(statOf(pid)[1]) === parent);

/** Processor seconds of PostgreSQL and of one more process: on a machine shared with others they tell more than the clock. */
export class Processors {
  private readonly postmaster: number;

  constructor(
    dataDir: string,
    private readonly pid: number,
  ) {
    this.postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  get used(): { postgres: number; node: number } {
    return { postgres: [this.postmaster, ...children(this.postmaster)].reduce((sum, pid) => sum + secondsOf(pid), 0), node: secondsOf(this.pid) };
  }

  /** What the work needed for each million of something. */
  async during(what: string, millions: () => number, work: () => Promise<unknown>): Promise<Metric[]> {
    const before = this.used;
    await work();
    const after = this.used;
    return (['node', 'postgres'] as const).map((who) => ({ name: `${what}: processor seconds of ${who}`, value: (after[who] - before[who]) / millions(), unit: 's a million' }));
  }
}
