import type { Unreadable } from '../decoding';
import type { IpsFile } from './frames';

const line = (type: string, content: string): Buffer => Buffer.from(`#${type}#${content}\r\n`, 'latin1');

const codes: Record<'SD' | 'D', Record<string, string>> = {
  SD: { structure: '-1', time: '0', coordinate: '10', motion: '11', satellites: '12', crc: '13' },
  D: { structure: '-1', time: '0', coordinate: '10', motion: '11', satellites: '12', io: '13', adc: '14', params: '15', crc: '16' },
};

export const ipsAnswer = {
  admitted: line('AL', '1'),
  refused: line('AL', '0'),
  wrongPassword: line('AL', '01'),
  ping: line('AP', ''),
  messageTaken: line('AM', '1'),
  taken: { SD: line('ASD', '1'), D: line('AD', '1') },
  blackBox: (count: number): Buffer => line('AB', String(count)),
  /** Files are passed over, and the device is told so. */
  file: ({ type, index, intact }: IpsFile): Buffer => {
    if (type === 'IT') return line('AIT', '0');
    return line(type === 'I' ? 'AI' : 'AT', `${index};${intact ? '0' : '01'}`);
  },
  /** What a device is told about a frame that cannot be read; undefined where the protocol has no word for it. */
  fault: ({ type, reason }: Unreadable): Buffer | undefined => {
    switch (type) {
      case 'L':
        return line('AL', reason === 'crc' ? '10' : '0');
      case 'SD':
      case 'D':
        return line(`A${type}`, codes[type][reason] ?? '-1');
      case 'B':
        return line('AB', reason === 'crc' ? '' : '0');
      case 'M':
        return line('AM', reason === 'crc' ? '01' : '0');
      case 'I':
        return line('AI', 'NA;0');
      default:
        return undefined;
    }
  },
};
