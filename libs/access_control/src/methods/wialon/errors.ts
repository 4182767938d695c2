/** What Wialon's error codes ask of us. */
export type WialonCure = 'sign_in_again' | 'try_again' | 'give_up' | 'tell_admin';

const cures: Record<number, WialonCure> = {
  [-100]: 'try_again',
  [-101]: 'try_again',
  1: 'sign_in_again',
  4: 'give_up',
  5: 'try_again',
  6: 'try_again',
  7: 'tell_admin',
  8: 'tell_admin',
  9: 'try_again',
  10: 'try_again',
  14: 'tell_admin',
  1003: 'try_again',
  1011: 'sign_in_again',
};

/** Code 1003 says by its reason whether the session is gone or too much was asked at once. */
export const cureOf = (code: number, reason: string | undefined): WialonCure => (code === 1003 && reason === 'NO_SESSION' ? 'sign_in_again' : (cures[code] ?? 'give_up'));

/** What Wialon answered instead of a result. */
export class WialonError extends Error {
  readonly cure: WialonCure;

  constructor(
    readonly code: number,
    readonly reason: string | undefined,
    svc: string,
  ) {
    super(`Wialon answers ${svc} with error ${code}${reason ? ` (${reason})` : ''}`);
    this.name = 'WialonError';
    this.cure = cureOf(code, reason);
  }
}

/** No answer that can be read: whether the request arrived is not known. */
export class WialonSilent extends Error {
  constructor(svc: string, cause: unknown) {
    super(`Wialon did not answer ${svc}`, { cause });
    this.name = 'WialonSilent';
  }
}
