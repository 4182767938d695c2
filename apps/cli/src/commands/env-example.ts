import { writeFileSync } from 'node:fs';
import { envExample } from '@fleet/platform/config';

export async function writeEnvExample(): Promise<void> {
  writeFileSync('.env.example', envExample());
  console.log('.env.example written');
  return Promise.resolve();
}
