export { looksLikeFormula, readTable, type TableRow } from './read-table';
export { sendTable, tableFormats, type Column, type TableFormat } from './write-table';
