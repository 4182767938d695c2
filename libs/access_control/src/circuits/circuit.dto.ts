import { Day, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { dialectNames, type DialectName } from '../rules/device-texts';
import { circuitKinds, methodNames, type CircuitKind, type MethodName } from '../rules/words';

const commandText = { min: 2, max: 200, pattern: /^[\x20-\x7e]+$/, says: 'a command is one line of printable ASCII characters' };

export class RouteBody {
  @OneOf(methodNames) method: MethodName;
  @OneOf(dialectNames, { optional: true, about: 'ips_text: whose words the device understands.' }) dialect?: DialectName;
  @Text({ optional: true, ...commandText, about: 'ips_text with the dialect custom: what cuts.' }) cut_text?: string;
  @Text({ optional: true, ...commandText, about: 'ips_text with the dialect custom: what releases.' }) release_text?: string;
  @Int({ optional: true, min: 1, about: 'vialon_relay: the unit there.' }) unit_id?: number;
  @Text({ optional: true, min: 5, max: 32, pattern: /^\w+$/, about: 'tracksolid: the device there.' }) imei?: string;
}

export class InstallCircuitBody {
  @OneOf(circuitKinds, { about: 'What the relay interrupts. A starter cut never stops a running engine.' }) kind: CircuitKind;
  @Flag({ about: 'Off: the circuit is recorded and nobody may use it yet.' }) enabled: boolean;
  @Int({ min: 1, max: 4, about: 'Output of the device that drives the relay.' }) output_no: number;
  @Nested(() => RouteBody, { listMax: 4, listMin: 1 }) routes: RouteBody[];
  @Text({ min: 2, max: 120, about: 'Workshop or installer.' }) installed_by: string;
  @Day() installed_on: string;
  @Text({ optional: true, nullable: true, max: 1000 }) notes?: string | null;
}

export class CircuitView {
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @OneOf(circuitKinds) kind: CircuitKind;
  @Flag() enabled: boolean;
  @Int() output_no: number;
  @Nested(() => RouteBody, { listMax: 4 }) routes: RouteBody[];
  @Text() installed_by: string;
  @Day() installed_on: string;
  @Text({ nullable: true }) notes: string | null;
  @Text() recorded_by: string;
  @Instant() recorded_at: Date;
  @Instant() updated_at: Date;
  @Int() version: number;
}

export class CircuitsQuery extends ListQuery {
  @Flag({ optional: true, fromText: true }) enabled?: boolean;
}
