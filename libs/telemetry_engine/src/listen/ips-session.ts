import type { Sample } from '../sample';
import type { Unreadable } from '../protocols/decoding';
import { ipsAnswer } from '../protocols/wialon_ips/answers';
import { IpsDecoder } from '../protocols/wialon_ips/decoder';
import { encodeIpsCommand } from '../protocols/wialon_ips/encoder';
import type { IpsBody, IpsDecoded, IpsFrame, IpsOptions } from '../protocols/wialon_ips/frames';
import type { Protocol, Session, Work } from './session';

export function ipsProtocol(options: Partial<IpsOptions> = {}): Protocol {
  return { name: 'wialon_ips', open: () => new IpsSession(options), commands: { form: 'ips_text', encode: encodeIpsCommand } };
}

class IpsSession implements Session {
  private readonly decoder: IpsDecoder;

  constructor(options: Partial<IpsOptions>) {
    this.decoder = new IpsDecoder(options);
  }

  read(chunk: Buffer, nowMs: number): Work[] {
    const works: Work[] = [];
    for (const decoded of this.decoder.push(chunk, nowMs)) ipsWork(decoded, nowMs, works);
    return works;
  }
}

/** What one IPS message asks for; datagrams and streams ask the same. */
export function ipsWork(decoded: IpsDecoded, nowMs: number, works: Work[]): void {
  if (!decoded.ok) works.push(faultWork(decoded));
  else frameWork(decoded.frame, decoded.raw, nowMs, works);
}

function frameWork(frame: IpsFrame, raw: Buffer, nowMs: number, works: Work[]): void {
  switch (frame.type) {
    case 'L':
      works.push({ do: 'login', deviceId: frame.deviceId, password: frame.password, admitted: ipsAnswer.admitted, refused: ipsAnswer.refused, wrongPassword: ipsAnswer.wrongPassword });
      return;
    case 'SD':
    case 'D': {
      const answer = ipsAnswer.taken[frame.type];
      const text = frame.sample.extras?.text;
      if (typeof text === 'string') works.push({ do: 'answered', text });
      works.push({ do: 'store', samples: [{ sample: frame.sample, raw }], answer });
      return;
    }
    case 'B':
      blackBoxWork(frame.bodies, works);
      return;
    case 'P':
      works.push({ do: 'reply', bytes: ipsAnswer.ping });
      return;
    case 'M': {
      // A text is kept like any other report, so that an answer to a command can be read again.
      const sample: Sample = { at_ms: nowMs, extras: { text: frame.text } };
      works.push({ do: 'answered', text: frame.text }, { do: 'store', samples: [{ sample, raw }], answer: ipsAnswer.messageTaken });
      return;
    }
    case 'I':
    case 'T':
    case 'IT':
      works.push({ do: 'reply', bytes: ipsAnswer.file(frame) });
  }
}

/** The answer counts what was taken: unreadable bodies are left to the device. */
function blackBoxWork(bodies: readonly IpsBody[], works: Work[]): void {
  for (const body of bodies) if (!body.ok) works.push({ do: 'fault', reason: body.reason, raw: body.raw });
  const samples = bodies.flatMap((body) => (body.ok ? [{ sample: body.sample, raw: body.raw }] : []));
  const answer = ipsAnswer.blackBox(samples.length);
  works.push(samples.length === 0 ? { do: 'reply', bytes: answer } : { do: 'store', samples, answer });
}

function faultWork(fault: Unreadable): Work {
  const reply = ipsAnswer.fault(fault);
  return {
    do: 'fault',
    reason: fault.reason,
    raw: fault.raw,
    ...(reply ? { reply } : { noise: true as const }),
    ...(fault.fatal ? { drop: fault.reason === 'too_long' ? ('too_long' as const) : ('bad_frame' as const) } : {}),
    // A login line holds the password.
    ...(fault.type === 'L' ? { secret: true as const } : {}),
  };
}
