import { invalid, type Refusal } from '@fleet/platform/http';
import type { Draft } from '../rules/draft';
import type { Objection } from '../rules/judge';
import { labelOf } from '../rules/kinds';
import { searchTexts } from '../rules/words';
import type { VehicleFact } from './vehicle-facts';

export interface Taken {
  outcome: 'recorded' | 'known' | 'revised' | 'refused';
  id: string | null;
  state: string | null;
  objection: Objection | null;
}

export interface Candidate {
  draft: Draft;
  fact: VehicleFact;
  hash: Buffer;
  /** Under which it would be known, had its plate named no vehicle. */
  plateHash: Buffer | null;
  id: string;
}

/** The plain facts of a draft as its columns. */
export function factsOf(draft: Draft, fact: VehicleFact) {
  const { type, kind, source, at } = draft;
  const details = draft.details ?? {};
  const plate = fact.vehicle ? null : (draft.plate ?? null);
  const reference = draft.reference ?? null;
  const named = type === 'trip' || type === 'system' ? null : labelOf(type, kind);
  return {
    ...{ type, kind, source, at, details, plate, reference },
    source_revision: draft.source_revision ?? null,
    issuer: draft.issuer ?? null,
    vehicle_id: fact.vehicle?.id ?? null,
    to_at: draft.to_at ?? null,
    lat: draft.lat ?? null,
    lon: draft.lon ?? null,
    severity: draft.severity ?? null,
    amount_minor: draft.amount_minor ?? null,
    currency: draft.currency ?? null,
    search: searchTexts({ title: [draft.title, named].filter(Boolean).join(' ') || null, text: draft.text ?? null, reference, plate, details }),
  };
}

export function refusalOf(objection: Objection | null): Refusal {
  const { code, detail, field } = objection ?? { code: 'EVENT_REFUSED', detail: 'The event cannot be kept.', field: null };
  return invalid(code, detail, field ? { errors: [{ field, code: code.toLowerCase(), detail }] } : {});
}
