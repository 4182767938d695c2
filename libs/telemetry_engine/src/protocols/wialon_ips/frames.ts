import type { Sample } from '../../sample';
import type { Decoded } from '../decoding';

export type IpsVersion = '1.1' | '2.0';

/** Why a body of SD, D or B cannot be taken. Each has its own answer code. */
export type BodyFault = 'structure' | 'time' | 'coordinate' | 'motion' | 'satellites' | 'io' | 'adc' | 'params';

export type IpsBody = { ok: true; sample: Sample; raw: Buffer } | { ok: false; reason: BodyFault; raw: Buffer };

/** Files a device offers: pictures (I) and tachograph data (IT, T). Their bytes are passed over, not kept. */
export interface IpsFile {
  type: 'I' | 'T' | 'IT';
  index: string;
  intact: boolean;
}

export type IpsFrame =
  | { type: 'L'; version: IpsVersion; deviceId: string; password: string | undefined }
  | { type: 'SD' | 'D'; sample: Sample }
  | { type: 'B'; bodies: IpsBody[] }
  | { type: 'P' }
  | { type: 'M'; text: string }
  | IpsFile;

export type IpsDecoded = Decoded<IpsFrame>;

export interface IpsOptions {
  /** False takes frames whose check sum is wrong or missing; some devices never learned it. */
  strictCrc: boolean;
  /** Longest line; a black box of 5000 bodies fits. */
  maxLineBytes: number;
  /** Longest line before a login was read. */
  maxLoginBytes: number;
  /** Largest picture or tachograph block that is passed over. */
  maxFileBytes: number;
}

export const ipsDefaults: IpsOptions = { strictCrc: true, maxLineBytes: 1_048_576, maxLoginBytes: 1024, maxFileBytes: 4_194_304 };
export const maxBodies = 5000;
