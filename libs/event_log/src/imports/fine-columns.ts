/** Columns an import of fines understands, with the names authorities and people give them. */
export const fineColumns = {
  plate: ['number_plate', 'license_plate', 'licence_plate', 'registration', 'reg_no', 'vehicle', 'vehicle_number', 'kennzeichen'],
  at: ['datetime', 'date_time', 'offence_at', 'offense_at', 'timestamp', 'violation_time', 'tatzeit'],
  date: ['offence_date', 'offense_date', 'day', 'violation_date', 'datum'],
  time: ['offence_time', 'offense_time', 'hour', 'uhrzeit'],
  amount: ['fine', 'fine_amount', 'total', 'sum', 'penalty', 'betrag'],
  currency: ['ccy', 'waehrung'],
  reference: ['number', 'fine_no', 'fine_number', 'ticket', 'ticket_no', 'notice', 'notice_no', 'aktenzeichen'],
  issuer: ['authority', 'issued_by', 'court', 'behoerde'],
  kind: ['type', 'offence', 'offense', 'violation'],
  place: ['location', 'address', 'road', 'ort'],
  offence_code: ['code', 'article', 'paragraph'],
  due_on: ['due', 'due_date', 'pay_by', 'deadline'],
  points: ['penalty_points'],
  notes: ['note', 'comment', 'comments', 'description'],
} as const satisfies Record<string, readonly string[]>;

export type FineColumn = keyof typeof fineColumns;
export type Mapping = Partial<Record<string, FineColumn>>;

const names = Object.keys(fineColumns) as FineColumn[];
export const isFineColumn = (name: string): name is FineColumn => Object.hasOwn(fineColumns, name);

/** What a header means: what the sender said of it, its own name, or one of its other names. */
export const fineColumnOf = (header: string, mapping: Mapping): FineColumn | undefined =>
  mapping[header] ?? names.find((name) => name === header || (fineColumns[name] as readonly string[]).includes(header));

/** "Kennz.=plate; Betrag EUR=amount". Headers are compared as the table reader spells them. Undefined when it cannot be read. */
export function readMapping(text: string): Mapping | undefined {
  const mapping: Mapping = {};
  for (const pair of text.split(';').filter((p) => p.trim() !== '')) {
    const cut = pair.lastIndexOf('=');
    const column = pair.slice(cut + 1).trim().toLowerCase();
    const header = pair.slice(0, Math.max(cut, 0)).trim().toLowerCase().replaceAll(/[\s-]+/g, '_');
    if (cut < 1 || header === '' || header === '__proto__' || !isFineColumn(column)) return undefined;
    mapping[header] = column;
  }
  return mapping;
}
