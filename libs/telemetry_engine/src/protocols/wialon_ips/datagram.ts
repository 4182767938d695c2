import type { Unreadable } from '../decoding';
import { ServerTimes } from './body';
import { inflate } from './decoder';
import { ipsDefaults, type IpsDecoded, type IpsOptions, type IpsVersion } from './frames';
import { fault, isDeviceId, isFileAhead, readLine } from './line';

export interface IpsDatagram {
  version: IpsVersion;
  deviceId: string;
  messages: IpsDecoded[];
}

const hash = 0x23;

/**
 * One UDP datagram: `imei#SD#…` (1.1) or `2.0;imei#SD#…;crc` (2.0), as text or compressed, one message a line. Lines
 * without an identity belong to the one before them; files cannot come this way.
 */
export function readDatagram(datagram: Buffer, receivedAtMs: number, given: Partial<IpsOptions> = {}): IpsDatagram | Unreadable {
  const options = { ...ipsDefaults, ...given };
  const text = datagram[0] === 0xff ? inflate(datagram.subarray(3, 3 + (datagram.length >= 3 ? datagram.readUInt16LE(1) : 0)), options.maxLineBytes) : datagram;
  if (!text) return fault(datagram, 'compression');
  const times = new ServerTimes();
  times.receivedAtMs = receivedAtMs;
  let sender: { version: IpsVersion; deviceId: string } | undefined;
  const messages: IpsDecoded[] = [];
  for (const line of lines(text)) {
    const start = line.indexOf(hash);
    if (start < 0) return fault(datagram, 'not_ips');
    const named = start === 0 ? sender : readSender(line.toString('latin1', 0, start));
    if (!named || (sender && named.deviceId !== sender.deviceId)) return fault(datagram, 'not_ips');
    sender = named;
    const read = readLine(line.subarray(start), { version: named.version, options, times });
    messages.push(isFileAhead(read) ? fault(line, 'unknown_type') : read);
  }
  return sender ? { ...sender, messages } : fault(datagram, 'not_ips');
}

function* lines(text: Buffer): Generator<Buffer> {
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf(0x0a, from);
    let to = next < 0 ? text.length : next;
    const after = to + 1;
    while (to > from && text[to - 1] === 0x0d) to--;
    if (to > from) yield text.subarray(from, to);
    from = after;
  }
}

function readSender(text: string): { version: IpsVersion; deviceId: string } | undefined {
  const parts = text.split(';');
  const version: IpsVersion = parts.length > 1 && /^2\.\d+$/.test(parts[0] as string) ? '2.0' : '1.1';
  const deviceId = (version === '2.0' ? parts[1] : parts[0])?.trim();
  return isDeviceId(deviceId) ? { version, deviceId } : undefined;
}
