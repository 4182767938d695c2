import { join } from 'node:path';
import { explain } from './problem';
import { onRunnerGone } from './processes';
import { readSettings } from './settings';
import { type Plan, Supervisor } from './supervisor';

/** npm passes a Ctrl-C on to a program that the terminal has told already; both are one wish. */
const SAME_WISH_MS = 700;

const program = (...path: string[]): string => join(__dirname, '..', '..', '..', ...path);

/** The programs beside this one in `dist/apps`. */
const ownPrograms = (): Plan => ({
  prepare: { file: program('cli', 'src', 'main.js'), args: ['prepare'] },
  server: { file: program('server', 'src', 'main.js'), args: [] },
  simulator: { file: program('simulator', 'src', 'main.js'), args: ['demo'] },
});

/** Runs Fleet ERP until it is told to stop, then ends the process. */
export async function up(plan: Plan = ownPrograms()): Promise<void> {
  let debug = false;
  try {
    const settings = readSettings();
    debug = settings.debug;
    const supervisor = new Supervisor(settings, plan, (line) => console.log(line));
    const forced = listen(supervisor, settings.underNpm);
    await supervisor.run();
    if (forced()) return;
    console.log('Stopped.');
    process.exit(0);
  } catch (error) {
    console.error(explain(error, debug));
    process.exit(1);
  }
}

/** Ctrl-C stops in order, a later second one at once. Answers whether it has come to that. */
function listen(supervisor: Supervisor, underNpm: boolean): () => boolean {
  let first = 0;
  let forced = false;
  const onSignal = (): void => {
    if (first === 0) {
      first = Date.now();
      console.log('\nStopping.');
      supervisor.interrupt();
    } else if (Date.now() - first > SAME_WISH_MS) {
      forced = true;
      void supervisor.force().finally(() => process.exit(130));
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  if (underNpm) onRunnerGone(onSignal);
  // A closed terminal or pipe must not bring the fleet down.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', (error) => supervisor.crash(error));
  return () => forced;
}
