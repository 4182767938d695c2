export const importRowsMax = 100_000;
