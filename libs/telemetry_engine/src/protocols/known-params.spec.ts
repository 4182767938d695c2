import fc from 'fast-check';
import { decimal } from './known-params';

describe('decimals of devices', () => {
  it('are read to the last bit, however they are written', () =>
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^-?\d{1,15}$/), fc.stringMatching(/^-?\d{0,8}\.\d{1,8}$/), fc.stringMatching(/^[+-]?\d{1,18}\.?\d{0,4}([eE]-?\d{1,2})?$/)), (text) => {
        expect(decimal(text)).toBe(Number(text));
      }),
      { numRuns: 2000 },
    ));

  it.each(['', '-', '.', '-.', '1.2.3', '1,5', '0x10', '1e', 'NaN', 'Infinity', '1 2', '--1', '1'.repeat(41), '9e999'])('are none in "%s"', (text) => expect(decimal(text)).toBeUndefined());
});
