import type { CommandKind, Evidence, State } from '../rules/words';

export interface PastCommand {
  /** Which of the fitted vehicles; what was stopped is let go again. */
  car: number;
  kind: CommandKind;
  reason: string;
  note: string | null;
  daysAgo: number;
  seconds: number;
  state: State;
  code: string | null;
  evidence: Evidence;
  /** What was sent, and the words of a device that did as told, follow from its way. */
  attempts: { ms: number; outcome: string; code: string | null; answer?: string }[];
  steps: { what: string; from: State | null; to: State; evidence: Evidence }[];
}

const asked = { what: 'requested', from: null, to: 'pending', evidence: 'none' } as const;
const begun = { what: 'attempt_begun', from: 'pending', to: 'sent', evidence: 'none' } as const;
const done = (car: number, kind: CommandKind, reason: string, daysAgo: number): PastCommand => ({
  car,
  kind,
  reason,
  note: null,
  daysAgo,
  seconds: 2,
  state: 'completed',
  code: null,
  evidence: 'relay_seen',
  attempts: [{ ms: 740, outcome: 'executed', code: null }],
  steps: [asked, begun, { what: 'completed', from: 'sent', to: 'completed', evidence: 'executed' }, { what: 'relay_seen', from: 'completed', to: 'completed', evidence: 'relay_seen' }],
});

/** What an operator looks back on: mostly short, once refused in the last moment, once unknown until it was let go. */
export const pastCommands: readonly PastCommand[] = [
  done(0, 'immobilize', 'installation_test', 38.02),
  done(0, 'release', 'installation_test', 38.01),
  done(2, 'immobilize', 'theft_suspected', 11.3),
  done(2, 'release', 'vehicle_recovered', 10.9),
  {
    car: 4,
    kind: 'immobilize',
    reason: 'unauthorised_use',
    note: 'Taken out of the yard at night',
    daysAgo: 6.2,
    seconds: 1,
    state: 'failed',
    code: 'VEHICLE_MOVING',
    evidence: 'none',
    attempts: [{ ms: 30, outcome: 'withheld', code: 'VEHICLE_MOVING', answer: 'The vehicle moves: 23 km/h, at most 5 km/h is allowed here.' }],
    steps: [asked, begun, { what: 'failed', from: 'sent', to: 'failed', evidence: 'none' }],
  },
  {
    car: 5,
    kind: 'immobilize',
    reason: 'safety_lockdown',
    note: null,
    daysAgo: 2.4,
    seconds: 22,
    state: 'failed',
    code: 'NO_ANSWER',
    evidence: 'none',
    attempts: Array.from({ length: 4 }, () => ({ ms: 3_200, outcome: 'no_answer', code: 'NO_ANSWER' })),
    steps: [asked, begun, { what: 'unknown', from: 'sent', to: 'unknown', evidence: 'none' }, { what: 'neutralised', from: 'unknown', to: 'failed', evidence: 'none' }],
  },
];
