/** ISO 3779: 17 characters, never I, O or Q. */
export const vinShape = /^[A-HJ-NPR-Z0-9]{17}$/;

const values: Record<string, number> = Object.fromEntries([
  ...[...'0123456789'].map((digit) => [digit, Number(digit)] as const),
  ...[...'ABCDEFGH'].map((letter, i) => [letter, i + 1] as const),
  ...[...'JKLMN'].map((letter, i) => [letter, i + 1] as const),
  ['P', 7],
  ['R', 9],
  ...[...'STUVWXYZ'].map((letter, i) => [letter, i + 2] as const),
]);
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** North American check digit. European VINs may rightly fail it, so this warns and never refuses. */
export function vinCheckDigitFits(vin: string): boolean {
  const sum = [...vin].reduce((total, character, i) => total + (values[character] ?? 0) * (weights[i] ?? 0), 0);
  const expected = sum % 11 === 10 ? 'X' : String(sum % 11);
  return vin[8] === expected;
}

export const normalVin = (text: string): string => text.toUpperCase().replaceAll(/[\s-]/g, '');
