/** The same rule as transport_registry.norm_plate in SQL; a test holds them together. Letters stay one letter, so ß stays ß. */
export const normalPlate = (plate: string): string =>
  [...plate.replaceAll(/[^\p{L}\p{N}]/gu, '')].map((letter) => (letter.toUpperCase().length === letter.length ? letter.toUpperCase() : letter)).join('');
