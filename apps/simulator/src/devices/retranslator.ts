import { encodeRetranslator } from '@fleet/telemetry_engine/play';
import type { Dialect } from './dialect';

/** Wialon Retranslator: a server that passes on its units; each packet is one sample and is answered by one byte. */
export const retranslatorDialect = (): Dialect => ({
  batchMax: 100,
  hello: undefined,
  encode: (deviceId, samples) => ({ bytes: Buffer.concat(samples.map((sample) => encodeRetranslator(deviceId, sample))), answers: samples.length }),
  read: (chunk) => [...chunk].map((byte) => ({ kind: 'answer', taken: byte === 0x11 ? -1 : 0 })),
  // Answered where its bytes are kept, and the connection ends either way: nothing behind it may pass for answered.
  garbage: { bytes: Buffer.from('05000000ffffffff00', 'hex'), answers: 1 },
});
