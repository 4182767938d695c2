/** +254 712-345678, 00254712345678 and (0712) 345 678 as they are compared; undefined when it is no phone number. */
export function normalPhone(typed: string): string | undefined {
  const plain = typed.replaceAll(/[\s().\-/]/g, '').replace(/^00/, '+');
  return /^\+?\d{6,15}$/.test(plain) ? plain : undefined;
}

export const normalEmail = (typed: string): string => typed.trim().toLowerCase();

/** Numbers on papers are typed with spaces and dashes that mean nothing. */
export const normalNumber = (typed: string): string => typed.replaceAll(/[^\p{L}\p{N}]/gu, '').toUpperCase();
