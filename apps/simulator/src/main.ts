/** Each command loads only what it needs. */
const commands: Record<string, () => Promise<number | void>> = {
  demo: async () => (await import('./demo.js')).playDemo(),
  simulate: async () => (await import('./fleet/simulate.js')).simulate(process.argv.slice(3)),
  worker: async () => (await import('./fleet/worker.js')).work(),
  replay: async () => (await import('./replay/replay.js')).replay(process.argv.slice(3)),
  streets: async () => (await import('./streets.js')).printStreets(),
};

const name = process.argv[2] ?? '';
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;

if (!command) {
  console.error(`Unknown command "${name}". There are: demo, simulate, replay, streets.`);
  process.exit(1);
}
command().then(
  (code) => (code === undefined ? undefined : process.exit(code)),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
