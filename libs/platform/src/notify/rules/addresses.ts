import { BlockList, isIP } from 'node:net';

const list = (...subnets: string[]): BlockList => {
  const made = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix = ''] = subnet.split('/');
    made.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return made;
};

/** Networks of one's own: a house may allow them. */
const own = list('127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '::1/128', 'fc00::/7');

/** Never a receiver: link-local (where clouds keep their metadata), multicast, reserved, documentation. */
const never = list('0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3');

/** What is reachable over IPv6 is global unicast, without its special parts: tunnels would lead to any IPv4 address. */
const global6 = list('2000::/3');
const special6 = list('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

export type Reach = 'public' | 'own' | 'never';

/** Where an address leads. An IPv4 address in an IPv6 coat counts as what it is. */
export function reachOf(address: string): Reach {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 4) return never.check(bare, 'ipv4') ? 'never' : own.check(bare, 'ipv4') ? 'own' : 'public';
  if (family !== 6) return 'never';
  const mapped = mappedIpv4(bare);
  if (mapped) return reachOf(mapped);
  if (own.check(bare, 'ipv6')) return 'own';
  return global6.check(bare, 'ipv6') && !special6.check(bare, 'ipv6') ? 'public' : 'never';
}

/** `::ffff:a.b.c.d` in any spelling. */
function mappedIpv4(address: string): string | undefined {
  const host = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const words = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (!words) return undefined;
  const [high, low] = [Number.parseInt(words[1] ?? '', 16), Number.parseInt(words[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export interface Faulty {
  code: string;
  detail: string;
}

/** What is wrong with an address somebody registers, before its name is looked up. */
export function urlFault(text: string, allowPrivate: boolean): Faulty | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return { code: 'WEBHOOK_URL_UNUSABLE', detail: 'The address must be a whole https address.' };
  if (url.username || url.password) return { code: 'WEBHOOK_URL_WITH_LOGIN', detail: 'The address must not hold a login. Check the signature instead.' };
  if (url.protocol === 'http:' && !allowPrivate) return { code: 'WEBHOOK_URL_NOT_HTTPS', detail: 'Webhooks go over https only.' };
  return undefined;
}

/** Every address a name stands for must be allowed: one bad one is enough to lead a later look-up there. */
export function reachFault(url: URL, addresses: readonly string[], allowPrivate: boolean): Faulty | undefined {
  const reaches = addresses.map(reachOf);
  if (reaches.includes('never') || (reaches.includes('own') && !allowPrivate)) {
    return { code: 'WEBHOOK_ADDRESS_REFUSED', detail: `${url.hostname} leads into a network that webhooks must not reach.` };
  }
  if (url.protocol === 'http:' && reaches.includes('public')) return { code: 'WEBHOOK_URL_NOT_HTTPS', detail: 'Over http webhooks go to private addresses only.' };
  return undefined;
}
