export const importRowsMax = 50_000;
