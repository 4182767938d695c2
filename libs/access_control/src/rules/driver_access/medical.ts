import type { AccessRule } from './facts';

/** Whoever has a medical certificate needs one in date, even where the account demands none. */
export const medical: AccessRule = {
  name: 'medical',
  judge: ({ medicalUntil, today }) => {
    if (medicalUntil.length === 0 || medicalUntil.some((until) => until === null || until >= today)) return [];
    const [latest] = [...medicalUntil].sort().reverse();
    return [{ code: 'MEDICAL_EXPIRED', detail: `The medical certificate ended on ${latest}.`, facts: { expires_on: latest } }];
  },
};
