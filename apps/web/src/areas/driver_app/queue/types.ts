export type Kind = 'check_in' | 'check_out' | 'fill_up' | 'incident' | 'dispute' | 'document' | 'status';

/** A picture of an action; its bytes lie beside it, so that a list of actions stays small. */
export interface PhotoRef {
  id: string;
  name: string;
  type: string;
}

export interface Photo extends PhotoRef {
  /** Bytes, not a Blob: some browsers lose Blobs in their database. */
  bytes: ArrayBuffer;
}

/** What somebody typed, by kind; the requests are made from it when their turn comes. */
export interface Drafts {
  check_in: { shift_id: string; plate: string; vehicle_id?: string; planned: boolean; odometer_km?: number; fuel_level_pct?: number; damage_notes?: string };
  check_out: { shift_id: string; plate: string; odometer_km?: number; fuel_level_pct?: number; damage_notes?: string };
  fill_up: {
    plate: string;
    note?: string;
    /** Unset while the figures are left to the office, which reads the receipt. */
    typed?: { fuel_type: string; quantity: number; unit: string; odometer: number; distance_unit: string; total_minor?: number; currency: string; full: boolean; confirm?: boolean };
  };
  incident: { kind: string; text: string; drivable?: boolean; lat?: number; lon?: number };
  dispute: { fine_id: string; title: string; text: string };
  document: { kind: string; number?: string; issued_on?: string; expires_on?: string };
  status: { kind: string; text?: string; lat?: number; lon?: number };
}

export interface Refusal {
  code: string;
  detail: string;
  facts: Record<string, unknown>;
  errors: { field: string; detail: string }[];
}

export type State = 'waiting' | 'sending' | 'refused' | 'done';

interface Common {
  /** Chosen here, and the same however often it is sent. */
  id: string;
  /** Person and account; nobody else sends it. */
  owner: string;
  /** Its place in the order of sending. */
  serial: number;
  /** When it happened, which may be long before it is sent. */
  at: string;
  photos: PhotoRef[];
  /** The action without which the server could not place this one. */
  needs: string | null;
  state: State;
  /** Counts edits: what was changed is a new request. */
  revision: number;
  /** Ids the server gave, by step; a step that has one is not sent again. */
  answers: Record<string, string>;
  refusal: Refusal | null;
  /** Why it still waits although it was tried. */
  trouble: string | null;
  done_at: string | null;
}

export type ActionOf<K extends Kind> = Common & { kind: K; draft: Drafts[K] };
export type Action = { [K in Kind]: ActionOf<K> }[Kind];

/** One request of an action. */
export interface Step {
  name: string;
  /** Idempotency-Key. */
  key: string;
  path: string;
  body?: object;
  photo?: PhotoRef;
  /** Beside the photo, in the same form. */
  fields?: Record<string, string>;
}
