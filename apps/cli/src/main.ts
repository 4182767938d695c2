interface Commands {
  [name: string]: () => Promise<void>;
}

const commands: Commands = {
  up: async () => (await import('./up/index.js')).up(),
};

const name = process.argv[2] ?? '';
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;

if (command) {
  void command();
} else {
  console.error(`Unknown command "${name}". There are: ${Object.keys(commands).join(', ')}`);
  process.exit(1);
}
