import fc from 'fast-check';
import { resemblance } from './resemblance';

describe('resemblance of spellings', () => {
  it.each([
    ['diesel', 'diesel', 1],
    ['deisel', 'diesel', 5 / 6],
    ['disiel', 'diesel', 4 / 6],
    ['dsl', 'diesel', 0.5],
    ['', '', 1],
    ['', 'x', 0],
  ])('of %s and %s is %d', (a, b, expected) => {
    expect(resemblance(a, b)).toBeCloseTo(expected, 10);
  });

  it('is the same both ways, between 0 and 1, and 1 only for the same', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const r = resemblance(a, b);
        expect(r).toBe(resemblance(b, a));
        expect(r).toBeGreaterThanOrEqual(0);
        expect(r === 1).toBe(a === b);
      }),
    );
  });

  it('loses one letter for two that changed places', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'abcdefgh'), { minLength: 2, maxLength: 10 }), fc.nat(), (letters, n) => {
        const at = n % (letters.length - 1);
        const swapped = [...letters];
        [swapped[at], swapped[at + 1]] = [letters[at + 1] as string, letters[at] as string];
        expect(resemblance(letters.join(''), swapped.join(''))).toBeGreaterThanOrEqual(1 - 1 / letters.length - 1e-9);
      }),
    );
  });
});
