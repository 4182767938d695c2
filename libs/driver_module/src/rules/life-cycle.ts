export const statuses = ['applicant', 'active', 'suspended', 'left'] as const;
export type Status = (typeof statuses)[number];

/** Where a driver may go from where they are. Who left comes back as an applicant, so papers and checklist are looked at anew. */
const moves: Record<Status, readonly Status[]> = {
  applicant: ['active', 'left'],
  active: ['suspended', 'left'],
  suspended: ['active', 'left'],
  left: ['applicant'],
};

export const mayMove = (from: Status, to: Status): boolean => moves[from].includes(to);
export const movesFrom = (from: Status): readonly Status[] => moves[from];
