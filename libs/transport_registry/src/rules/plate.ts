/** The same rule as transport_registry.norm_plate in SQL; a test holds them together. */
export const normalPlate = (plate: string): string => plate.replaceAll(/[^\p{L}\p{N}]/gu, '').toUpperCase();
