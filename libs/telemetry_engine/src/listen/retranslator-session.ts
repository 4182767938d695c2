import { retranslatorAck, RetranslatorDecoder } from '../protocols/wialon_retranslator/decoder';
import type { Protocol, Work } from './session';

/** A server that passes on many units. A packet we cannot read is answered once its bytes are kept: it would come for ever. */
export const retranslatorProtocol: Protocol = {
  name: 'wialon_retranslator',
  manyDevices: true,
  open: () => {
    const decoder = new RetranslatorDecoder();
    return {
      read: (chunk) =>
        decoder.push(chunk).map((decoded): Work => {
          if (decoded.ok) return { do: 'store', samples: [{ ...decoded.frame, raw: decoded.raw }], answer: retranslatorAck };
          if (decoded.fatal) return { do: 'fault', reason: decoded.reason, raw: decoded.raw, drop: 'too_long' };
          return { do: 'fault', reason: decoded.reason, raw: decoded.raw, kept: retranslatorAck, drop: 'bad_frame', ...unitOf(decoded.raw) };
        }),
    };
  },
};

/** Whose packet it is stands first, behind the size and before a zero byte. */
function unitOf(packet: Buffer): { deviceId?: string } {
  const end = packet.indexOf(0, 4);
  return end > 4 && end <= 68 ? { deviceId: packet.toString('latin1', 4, end) } : {};
}
