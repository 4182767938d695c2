import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { reachOf } from '@fleet/platform/notify';

/** Why a gateway's address must not be reached, or nothing. A name nobody knows now is judged before it is used. */
export async function reachFault(address: string, allowPrivate: boolean): Promise<string | undefined> {
  const { hostname } = new URL(address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(host) ? [host] : (await lookup(host, { all: true, verbatim: true }).catch(() => [])).map((one) => one.address);
  const reaches = found.map(reachOf);
  if (reaches.includes('never')) return `${hostname} leads into a network that nothing is sent to.`;
  if (reaches.includes('own') && !allowPrivate) return `${hostname} leads into the house's own network. GATEWAY_ALLOW_PRIVATE=1 opens it, for a Wialon Local for example.`;
  return undefined;
}
