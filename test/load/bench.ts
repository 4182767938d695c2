import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Metric {
  name: string;
  value: number;
  unit: string;
  baseline?: number;
  baseline_name?: string;
  ratio?: number;
}

/** Prints a table and writes bench-results/<name>.json; figures are only ever compared with a baseline of the same run. */
export function report(name: string, metrics: Metric[]): void {
  mkdirSync('bench-results', { recursive: true });
  writeFileSync(join('bench-results', `${name}.json`), `${JSON.stringify({ name, at: new Date().toISOString(), metrics }, null, 2)}\n`);
  console.log(`\n${name}`);
  for (const m of metrics) {
    const ratio = m.ratio === undefined ? '' : `  ${m.ratio.toFixed(2)} of ${m.baseline_name} (${round(m.baseline ?? 0)})`;
    console.log(`  ${m.name.padEnd(46)} ${String(round(m.value)).padStart(9)} ${m.unit}${ratio}`);
  }
}

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const round = (value: number): number => (value >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
