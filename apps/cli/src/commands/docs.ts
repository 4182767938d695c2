import { writeFileSync } from 'node:fs';
import { describedApp, documents } from '../docs';

/** Writes what is printed from code: all of it, or the files named. */
export async function writeDocuments(named: string[]): Promise<void> {
  const house = await describedApp();
  for (const path of named.length > 0 ? named : Object.keys(documents)) {
    const print = documents[path];
    if (!print) throw new Error(`${path} is not printed from code. These are: ${Object.keys(documents).join(', ')}`);
    writeFileSync(path, print(house, '.'));
    console.log(`${path} written`);
  }
  process.exit(0);
}
