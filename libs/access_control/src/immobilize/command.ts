import type { Outcome, Way } from '../rules/lane';
import type { Route } from '../rules/device-texts';
import type { Verdict } from '../rules/policy';
import type { CircuitKind, CommandKind, Evidence, MethodName, State } from '../rules/words';

/** Everything a method needs to act on one vehicle, fixed when somebody asked. */
export interface WorkOrder {
  vehicle_no: number;
  device_id: string | null;
  output_no: number;
  circuit_kind: CircuitKind;
  route: Route;
}

export interface Attempt {
  no: number;
  sent: string;
  begun_at: Date;
  ended_at: Date | null;
  outcome: Outcome | null;
  code: string | null;
  answer: string | null;
  facts: Record<string, unknown> | null;
}

/** How a command went or is to go. */
export const wayOf = ({ method, work_order }: Pick<Command, 'method' | 'work_order'>): Way => ({ method, ...work_order });

/** A row of `command`. */
export interface Command {
  id: string;
  account_id: string;
  vehicle_id: string;
  intent_no: string;
  kind: CommandKind;
  origin: 'person' | 'safety';
  caused_by: string | null;
  method: MethodName;
  reason: string;
  note: string | null;
  requested_by_kind: string;
  requested_by: string;
  session_id: string | null;
  stepped_up_at: Date | null;
  requested_at: Date;
  approval: 'waiting' | 'approved' | 'declined' | null;
  approver_id: string | null;
  approval_until: Date | null;
  decided_by: string | null;
  decided_at: Date | null;
  state: State;
  code: string | null;
  detail: string | null;
  evidence: Evidence;
  work_order: WorkOrder;
  verdict: Verdict | null;
  begin_by: Date;
  holder: string | null;
  lease_until: Date | null;
  watch_until: Date | null;
  late: Record<string, unknown> | null;
  ended_at: Date | null;
}

/** What a method is handed for one sending. */
export interface Order extends WorkOrder {
  command_id: string;
  account_id: string;
  kind: CommandKind;
}
