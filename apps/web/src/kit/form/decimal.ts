/**
 * What somebody typed as a number: decimal point or decimal comma, with or without groups. NaN where it is none. A single sign before three digits groups
 * them when the field has fewer than three places: nobody writes 4,500 shillings and means four and a half.
 */
export function decimalOf(text: string, places: number): number {
  const plain = text.replaceAll(/[\s\u00a0\u202f'’]/g, '');
  if (!/^[+-]?[\d.,]*\d[\d.,]*$/.test(plain)) return Number.NaN;
  const signs = plain.match(/[.,]/g) ?? [];
  const last = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','));
  const decimals = plain.length - last - 1;
  const several = signs.length > 1;
  const groupsOnly = /^[+-]?[1-9]/.test(plain) && signs.length > 0 && decimals === 3 && (several ? new Set(signs).size === 1 : places < 3);
  if (several && new Set(signs).size === 1 && !groupsOnly) return Number.NaN;
  if (signs.length === 0 || groupsOnly) return Number(plain.replaceAll(/[.,]/g, ''));
  return Number(`${plain.slice(0, last).replaceAll(/[.,]/g, '')}.${plain.slice(last + 1)}`);
}

/** As it is typed in this language, so that what stands in a field can be typed there. */
export const decimalText = (value: number, language: string): string => new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 10 }).format(value);
