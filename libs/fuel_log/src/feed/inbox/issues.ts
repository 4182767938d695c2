/** Why a record waits for a person, in words for that person. */
export const issueWords = {
  plate_missing: 'The message names no vehicle.',
  plate_unknown: 'No vehicle of the fleet has this plate.',
  date_missing: 'The message says no date.',
  date_unreadable: 'The date cannot be read.',
  date_in_future: 'The date lies in the future.',
  quantity_missing: 'The message says no litres.',
  quantity_unreadable: 'The litres cannot be read as a number.',
  quantity_impossible: 'So much does not fit into the tank, or it is nothing at all.',
  km_in_litres: 'These look like kilometres in the place of litres.',
  amount_unreadable: 'The amount cannot be read as a number.',
  currency_foreign: 'The amount is not in the currency of the account.',
  fuel_type_unknown: 'Nobody taught this spelling of a fuel yet.',
  department_unknown: 'Nobody taught this spelling of a department yet.',
  odometer_out_of_line: 'The reading fits neither the one before nor the one after, so it does not count.',
  duplicate: 'An earlier message tells the same.',
} as const;

export type IssueCode = keyof typeof issueWords;
export const issueCodes = Object.keys(issueWords) as IssueCode[];
