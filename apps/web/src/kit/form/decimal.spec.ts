import { decimalOf, decimalText } from './decimal';

describe('a typed number', () => {
  it.each([
    ['38.5', 3, 38.5],
    ['38,5', 3, 38.5],
    ['38,500', 3, 38.5],
    [' 1 234,5 ', 1, 1234.5],
    ['1,234.5', 1, 1234.5],
    ['1.234,5', 1, 1234.5],
    ['4,500', 2, 4500],
    ['4.500', 2, 4500],
    ['1,234,567', 2, 1_234_567],
    ['0,125', 3, 0.125],
    ['0,125', 2, 0.125],
    ['12', 0, 12],
    ['-3,5', 1, -3.5],
  ])('%s with %i places is %d', (text, places, value) => expect(decimalOf(text, places)).toBe(value));

  it.each(['', 'abc', '3l', '1,2,3', '.', '--1'])('%s is none', (text) => expect(decimalOf(text, 2)).toBeNaN());

  it.each(['en', 'ru', 'sw'])('reads in %s what it writes', (language) => {
    for (const value of [0, 38.5, 1234.5, 0.12]) expect(decimalOf(decimalText(value, language), 2)).toBe(value);
  });
});
