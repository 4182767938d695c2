import { TeltonikaDecoder, type TeltonikaDecoded } from '../protocols/teltonika/decoder';
import { encodeTeltonikaCommand, teltonikaEncode } from '../protocols/teltonika/encoder';
import type { Protocol, Work } from './session';

export const teltonikaProtocol: Protocol = {
  name: 'teltonika',
  open: () => {
    const decoder = new TeltonikaDecoder();
    return { read: (chunk) => decoder.push(chunk).flatMap(work) };
  },
  commands: { form: 'teltonika_codec12', encode: encodeTeltonikaCommand },
};

function work(decoded: TeltonikaDecoded): Work[] {
  // A packet that is not answered is sent again, and on a fresh connection nothing is out of step.
  if (!decoded.ok) return [{ do: 'fault', reason: decoded.reason, raw: decoded.raw, drop: decoded.reason === 'too_long' ? 'too_long' : 'bad_frame' }];
  const { frame, raw } = decoded;
  switch (frame.type) {
    case 'login':
      return [{ do: 'login', deviceId: frame.imei, password: undefined, admitted: teltonikaEncode.loginAnswer(true), refused: teltonikaEncode.loginAnswer(false), wrongPassword: teltonikaEncode.loginAnswer(false) }];
    case 'avl':
      if (frame.count === 0) return [{ do: 'reply', bytes: teltonikaEncode.ack(0) }];
      return [{ do: 'store', samples: frame.samples.map((sample) => ({ sample, raw })), answer: teltonikaEncode.ack(frame.count) }];
    case 'answer':
      return [{ do: 'answered', text: frame.text }];
    case 'command':
      return [{ do: 'fault', reason: 'structure', raw, drop: 'bad_frame' }];
  }
}
