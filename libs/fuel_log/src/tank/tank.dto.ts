import { Decimal, Instant, Int, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export const levelSources = ['level_l', 'level_pct', 'extra'] as const;
export type LevelSource = (typeof levelSources)[number];

export class CalibrationPointBody {
  @Decimal({ about: 'What the sensor says.' }) value: number;
  @Decimal({ min: 0, max: 5000, places: 2 }) litres: number;
}

export class TankSensorBody {
  @OneOf(levelSources, { about: 'level_l and level_pct are what telemetry calls fuel_level_l and fuel_level_pct; extra is a raw value the device names itself.' }) source: LevelSource;
  @Text({ optional: true, nullable: true, max: 60, about: 'The name among the extras, when source is extra.' }) extra_name?: string | null;
  @Nested(() => CalibrationPointBody, { optional: true, listMax: 100, about: 'Value of the sensor and litres, measured while the tank was filled step by step.' }) points?: CalibrationPointBody[];
  @Decimal({ optional: true, min: 1, max: 500, places: 2, about: 'Smaller changes are not asked about; 5 litres unless said.' }) min_change_l?: number;
}

export class CalibrationPointView {
  @Decimal() value: number;
  @Decimal() litres: number;
}

export class TankSensorView {
  @Uuid() vehicle_id: string;
  @OneOf(levelSources) source: string;
  @Text({ nullable: true }) extra_name: string | null;
  @Nested(() => CalibrationPointView, { listMax: 100 }) points: CalibrationPointView[];
  @Decimal() min_change_l: number | string;
  @Instant({ about: 'How far the level was looked at.' }) watched_to: Date;
  @Instant() updated_at: Date;
  @Int() version: number;
}

export class LevelQuery {
  @Instant() from: string;
  @Instant() to: string;
}

export class LevelPointView {
  @Instant() at: Date;
  @Decimal() litres: number;
}

export class LevelChangeView {
  @OneOf(['rise', 'drain']) kind: string;
  @Instant() from_at: Date;
  @Instant() to_at: Date;
  @Decimal() from_l: number;
  @Decimal() to_l: number;
  @Decimal() litres: number;
}

export class LevelView {
  @Uuid() vehicle_id: string;
  @Nested(() => LevelPointView, { listMax: 20_000, about: 'Smoothed.' }) levels: LevelPointView[];
  @Nested(() => LevelChangeView, { listMax: 1000 }) changes: LevelChangeView[];
}
