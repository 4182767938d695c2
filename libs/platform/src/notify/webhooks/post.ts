import { lookup as dnsLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { reachFault, urlFault, type Faulty } from '../rules/addresses';

export interface Answer {
  status: number;
  /** The beginning of what the receiver said. */
  text: string;
  retryAfter?: string;
}

export interface PostOptions {
  timeoutMs: number;
  allowPrivate: boolean;
}

const answerBytes = 1024;

export class RefusedAddress extends Error {
  constructor(readonly fault: Faulty) {
    super(`${fault.code}: ${fault.detail}`);
    this.name = 'RefusedAddress';
  }
}

interface Resolved {
  address: string;
  family: number;
}

/** Looks the host up and refuses it as a whole when any of its addresses is off limits. */
export async function resolveAllowed(text: string, allowPrivate: boolean, signal?: AbortSignal): Promise<Resolved> {
  const fault = urlFault(text, allowPrivate);
  if (fault) throw new RefusedAddress(fault);
  const url = new URL(text);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await orAborted(dnsLookup(host, { all: true, verbatim: true }), signal);
  const [first] = found;
  if (!first) throw new Error(`${host} has no address`);
  const unreachable = reachFault(url, found.map((f) => f.address), allowPrivate);
  if (unreachable) throw new RefusedAddress(unreachable);
  return first;
}

/** Sends once, to the very address that was checked, and follows no redirect. Throws when there is no whole answer in time. */
export async function postWebhook(text: string, headers: Record<string, string>, body: string, options: PostOptions): Promise<Answer> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const pinned = await resolveAllowed(text, options.allowPrivate, signal);
  const url = new URL(text);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<Answer>((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? new Error(`no whole answer within ${options.timeoutMs} ms`) : error);
    const request = send(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'fleet-erp-webhooks/1' },
      lookup: (_host, wanted, done) => (wanted.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family)),
    });
    request.once('error', fail);
    request.once('response', (response) => {
      const whole = beginning(response).then((said) => resolve(answerOf(response, said)), fail);
      void whole.finally(() => request.destroy());
    });
    request.end(body);
  });
}

function answerOf(response: IncomingMessage, text: string): Answer {
  const retryAfter = response.headers['retry-after'];
  return { status: response.statusCode ?? 0, text, ...(retryAfter ? { retryAfter } : {}) };
}

/** Reads no more than is kept: a receiver that never stops talking costs nothing. */
async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= answerBytes) break;
  }
  // The database keeps no NUL.
  return Buffer.concat(chunks).subarray(0, answerBytes).toString().replaceAll('\0', '');
}

async function orAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('the name was not found in time')), { once: true })),
  ]);
}
