import { ipsEncode, type IpsVersion } from '@fleet/telemetry_engine/play';
import type { Dialect, Heard } from './dialect';

/** Wialon IPS: lines of text. What does not begin like an answer is a command. */
export function ipsDialect(version: IpsVersion, deviceId: string, password?: string): Dialect {
  let held = '';
  return {
    batchMax: 200,
    hello: ipsEncode.login(version, deviceId, password),
    encode: (_, samples) => {
      const [first] = samples;
      return { bytes: samples.length === 1 && first ? ipsEncode.data(version, first) : ipsEncode.blackBox(version, samples), answers: 1 };
    },
    read: (chunk) => {
      held += chunk.toString('utf8');
      const lines = held.split('\n');
      held = lines.pop() ?? '';
      return lines.map((line) => line.replace(/\r+$/, '')).filter((line) => line !== '').map(heard);
    },
    say: (text) => ({ bytes: ipsEncode.message(version, text.replace(/[;\r\n]/g, ' ')), answers: 1 }),
    garbage: { bytes: Buffer.from('#D#not;a;report\r\n'), answers: 1 },
  };
}

/** `#AB#3` counts; the others say 1 for taken and another code for what is wrong. */
function heard(line: string): Heard {
  const [, type = '', code = ''] = /^#A(L|SD|D|B|M|P|I)#(.*)$/.exec(line) ?? [];
  if (type === '') return { kind: 'command', text: line };
  if (type === 'L') return { kind: code === '1' ? 'admitted' : 'refused' };
  if (type === 'B') return { kind: 'answer', taken: Number(code) || 0 };
  return { kind: 'answer', taken: code === '1' || type === 'P' ? -1 : 0 };
}
