import { documents } from './documents';
import type { AccessRule, DriverFacts, Reason } from './facts';
import { lockouts } from './lockouts';
import { medical } from './medical';
import { rental } from './rental';
import { shiftLimits } from './shift-limits';
import { standing } from './standing';

export type { DriverFacts, Reason } from './facts';

const rules: readonly AccessRule[] = [standing, documents, medical, lockouts, shiftLimits, rental];

/** Every reason to keep this driver from driving now; none means allowed. */
export const reasonsAgainst = (facts: DriverFacts): Reason[] => rules.flatMap((rule) => rule.judge(facts).map((reason) => ({ rule: rule.name, ...reason })));
