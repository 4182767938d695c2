import { matchTotp, newTotpSecret, totpAt, totpStep } from './totp';

// RFC 6238 appendix B, SHA-1, last six digits; the ASCII secret 12345678901234567890 in base32.
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('totp', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('gives the code of RFC 6238 at second %i', (second, code) => {
    expect(totpAt(secret, totpStep(new Date(second * 1000)))).toBe(code);
  });

  it('accepts a code once, and one step of clock difference', () => {
    const at = new Date(1_700_000_000_000);
    const step = totpStep(at);
    expect(matchTotp(secret, totpAt(secret, step - 1), at, 0)).toBe(step - 1);
    expect(matchTotp(secret, totpAt(secret, step), at, 0)).toBe(step);
    expect(matchTotp(secret, totpAt(secret, step), at, step)).toBeUndefined();
    expect(matchTotp(secret, totpAt(secret, step - 2), at, 0)).toBeUndefined();
  });

  it('makes secrets of 160 bits that differ', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(newTotpSecret()).not.toBe(newTotpSecret());
  });
});
