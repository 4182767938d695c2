import { Decimal, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { statuses, type Status } from '../rules/life-cycle';
import { distanceUnits, fuelTypes, fuelUnits, kinds, type Vehicle } from './vehicle.entity';

export class OnboardVehicleBody {
  @Text({ max: 20, example: 'KCA 542Q', about: 'As on the vehicle; spaces and case do not matter.' }) plate: string;
  @Text({ optional: true, nullable: true, max: 30, example: '1M8GDM9AXKP042788' }) vin?: string | null;
  @Text({ optional: true, nullable: true, max: 80 }) name?: string | null;
  @OneOf(kinds, { optional: true, about: 'car unless said.' }) kind?: Vehicle['kind'];
  @Text({ optional: true, nullable: true, max: 60 }) make?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) model?: string | null;
  @Int({ optional: true, nullable: true, min: 1900, max: 2100 }) year?: number | null;
  @Text({ optional: true, nullable: true, max: 40 }) color?: string | null;
  @OneOf(fuelTypes, { optional: true, about: 'gasoline unless said.' }) fuel_type?: Vehicle['fuel_type'];
  @Decimal({ optional: true, nullable: true, min: 0.01, max: 5000, places: 2 }) tank_capacity_l?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0.01, max: 5000, places: 2 }) battery_capacity_kwh?: number | null;
  @OneOf(distanceUnits, { optional: true, about: 'What the dashboard shows; the account decides unless said.' }) odometer_unit?: Vehicle['odometer_unit'];
  @OneOf(distanceUnits, { optional: true }) distance_unit?: Vehicle['distance_unit'];
  @OneOf(fuelUnits, { optional: true }) fuel_unit?: Vehicle['fuel_unit'];
  @Uuid({ optional: true, nullable: true }) park_id?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) cost_centre?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) assigned_city?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) department?: string | null;
  @Text({ optional: true, max: 40, listMax: 20 }) tags?: string[];
  @Text({ optional: true, nullable: true, max: 2000 }) notes?: string | null;
  @Decimal({ optional: true, min: 0, max: 99_999_999, places: 1, about: 'First reading, in kilometres.' }) odometer_km?: number;
  @OneOf(['onboarding', 'active', 'idle'], { optional: true, about: 'onboarding unless said.' }) status?: Status;
}

export class AmendVehicleBody {
  @Text({ optional: true, max: 20 }) plate?: string;
  @Text({ optional: true, nullable: true, max: 30 }) vin?: string | null;
  @Text({ optional: true, nullable: true, max: 80 }) name?: string | null;
  @OneOf(kinds, { optional: true }) kind?: Vehicle['kind'];
  @Text({ optional: true, nullable: true, max: 60 }) make?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) model?: string | null;
  @Int({ optional: true, nullable: true, min: 1900, max: 2100 }) year?: number | null;
  @Text({ optional: true, nullable: true, max: 40 }) color?: string | null;
  @OneOf(fuelTypes, { optional: true }) fuel_type?: Vehicle['fuel_type'];
  @Decimal({ optional: true, nullable: true, min: 0.01, max: 5000, places: 2 }) tank_capacity_l?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0.01, max: 5000, places: 2 }) battery_capacity_kwh?: number | null;
  @OneOf(distanceUnits, { optional: true }) odometer_unit?: Vehicle['odometer_unit'];
  @OneOf(distanceUnits, { optional: true }) distance_unit?: Vehicle['distance_unit'];
  @OneOf(fuelUnits, { optional: true }) fuel_unit?: Vehicle['fuel_unit'];
  @Uuid({ optional: true, nullable: true }) park_id?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) cost_centre?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) assigned_city?: string | null;
  @Text({ optional: true, nullable: true, max: 60 }) department?: string | null;
  @Text({ optional: true, max: 40, listMax: 20 }) tags?: string[];
  @Text({ optional: true, nullable: true, max: 2000 }) notes?: string | null;
}

export class ChangeStatusBody {
  @OneOf(statuses) status: Status;
  @Text({ optional: true, max: 500 }) reason?: string;
}

export class RetireBody {
  @Text({ max: 500, about: 'Why the vehicle leaves: sold, written off, returned.' }) reason: string;
}

export class WarningView {
  @Text() code: string;
  @Text() detail: string;
}

export class VehicleView {
  @Uuid() id: string;
  @Int({ about: 'Short number that telemetry uses.' }) vehicle_no: number;
  @Text() plate: string;
  @Text({ nullable: true }) vin: string | null;
  @Text({ nullable: true }) name: string | null;
  @OneOf(kinds) kind: string;
  @Text({ nullable: true }) make: string | null;
  @Text({ nullable: true }) model: string | null;
  @Int({ nullable: true }) year: number | null;
  @Text({ nullable: true }) color: string | null;
  @OneOf(fuelTypes) fuel_type: string;
  @Decimal({ nullable: true }) tank_capacity_l: number | string | null;
  @Decimal({ nullable: true }) battery_capacity_kwh: number | string | null;
  @OneOf(distanceUnits) odometer_unit: string;
  @OneOf(distanceUnits) distance_unit: string;
  @OneOf(fuelUnits) fuel_unit: string;
  @Uuid({ nullable: true }) park_id: string | null;
  @Text({ nullable: true }) cost_centre: string | null;
  @Text({ nullable: true }) assigned_city: string | null;
  @Text({ nullable: true }) department: string | null;
  @Text({ listMax: 20 }) tags: string[];
  @Text({ nullable: true }) notes: string | null;
  @OneOf(statuses) status: Status;
  @Instant() status_since: Date;
  @Decimal({ nullable: true, about: 'Last valid reading of any source.' }) odometer_km: number | string | null;
  @Instant({ nullable: true }) odometer_at: Date | null;
  @Instant() created_at: Date;
  @Instant() updated_at: Date;
  @Int() version: number;
}

export class VehicleWithWarningsView extends VehicleView {
  @Nested(() => WarningView, { listMax: 10 }) warnings: WarningView[];
}

export class VehicleChangeView {
  @Text() id: string;
  @Instant() at: Date;
  @Text() action: string;
  @OneOf(['user', 'client', 'system']) actor_kind: string;
  @Text() actor_id: string;
  @Text({ nullable: true }) reason: string | null;
  @Json({ about: 'Field -> [before, after].' }) changes: Record<string, unknown>;
}

export class FleetSummaryView {
  @Int() total: number;
  @Json({ about: 'Status -> vehicles.' }) by_status: Record<string, number>;
  @Int({ about: 'Papers that expire within 30 days.' }) documents_expiring: number;
  @Int() documents_expired: number;
}

export class VehicleQuery extends ListQuery {
  @Text({ optional: true, max: 80, about: 'Part of plate, VIN, name, make or model.' }) q?: string;
  @OneOf(statuses, { optional: true }) status?: Status;
  @Uuid({ optional: true }) park_id?: string;
  @OneOf(fuelTypes, { optional: true }) fuel_type?: string;
  @OneOf(kinds, { optional: true }) kind?: string;
  @Text({ optional: true, max: 40 }) tag?: string;
  @Text({ optional: true, max: 60 }) make?: string;
}

export class ExportQuery extends VehicleQuery {
  @OneOf(['csv', 'xlsx'], { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}
