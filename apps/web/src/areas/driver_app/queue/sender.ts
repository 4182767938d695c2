import { session } from '../../../api/client';
import { Problem, problemOf } from '../../../api/problem';
import { ownerOf } from '../../../api/session';
import { database } from './database';
import type { Step } from './types';

/** A network that answers this late answers nothing; the key makes sending again safe. */
const patienceMs = 90_000;

const offline = (): Problem => new Problem(0, 'OFFLINE', 'The server cannot be reached.');

/** A token of the person whose queue it is. Whoever else is signed in must not send it. */
async function tokenOf(owner: string, stale?: string): Promise<string> {
  const token = await (stale ? session.refresh(stale) : session.token()).catch((error: unknown) => {
    throw error instanceof TypeError ? offline() : error;
  });
  if (!token) throw new Problem(401, 'UNAUTHENTICATED', 'Sign in first.');
  if (ownerOf(token) !== owner) throw new Problem(401, 'NOT_YOURS', 'Somebody else is signed in.');
  return token;
}

async function contentOf(step: Step): Promise<{ body: BodyInit; type?: string }> {
  if (!step.photo) return { body: JSON.stringify(step.body), type: 'application/json' };
  const photo = await database.photo(step.photo.id);
  if (!photo) throw new Problem(400, 'PHOTO_LOST', 'The picture is no longer on this phone. Take it again.');
  const form = new FormData();
  for (const [name, value] of Object.entries(step.fields ?? {})) form.append(name, value);
  form.append('file', new File([photo.bytes], photo.name, { type: photo.type }));
  return { body: form };
}

/** One request, as the owner and nobody else; the id that its answer names. */
export function senderOf(owner: string): (step: Step) => Promise<string> {
  return async (step) => {
    const { body, type } = await contentOf(step);
    let token = await tokenOf(owner);
    for (let attempt = 0; ; attempt++) {
      const headers = { authorization: `Bearer ${token}`, 'idempotency-key': step.key, ...(type ? { 'content-type': type } : {}) };
      const response = await fetch(step.path, { method: 'POST', headers, body, signal: AbortSignal.timeout(patienceMs) }).catch(() => {
        throw offline();
      });
      if (response.ok) return ((await response.json().catch(() => undefined)) as { id?: string } | undefined)?.id ?? 'done';
      if (response.status !== 401 || attempt > 0) throw await problemOf(response);
      token = await tokenOf(owner, token);
    }
  };
}
