import { createServer } from 'node:net';
import { codeOf, Problem } from './problem';

type Answer = 'free' | 'taken' | 'denied' | 'unsupported';

const ask = (port: number, host: string): Promise<Answer> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => {
      const code = codeOf(error);
      resolve(code === 'EADDRINUSE' ? 'taken' : code === 'EACCES' ? 'denied' : 'unsupported');
    });
    probe.listen(port, host, () => probe.close(() => resolve('free')));
  });

/** Somebody may hold the port on one address only, so every way a browser might come is tried. */
async function stateOf(port: number): Promise<Answer> {
  for (const host of ['::', '0.0.0.0', '127.0.0.1']) {
    const answer = await ask(port, host);
    if (answer === 'taken' || answer === 'denied') return answer;
  }
  return 'free';
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

/** The port to serve on: the chosen one or none, the default one or the next that is free. */
export async function choosePort(wanted: number, chosen: boolean): Promise<number> {
  const state = await stateOf(wanted);
  if (state === 'free') return wanted;
  if (state === 'denied')
    throw new Problem(`This user may not open port ${wanted}.`, 'Set PORT to a number above 1023, and let a proxy serve the low one.');
  if (chosen) {
    throw new Problem(`Port ${wanted}, set as PORT, is taken by another program.`, 'Stop that program, or set PORT to a free port.');
  }
  for (let port = wanted + 1; port <= wanted + 100; port++) if ((await stateOf(port)) === 'free') return port;
  throw new Problem(`Ports ${wanted} to ${wanted + 100} are all taken.`, 'Set PORT to a free port.');
}
