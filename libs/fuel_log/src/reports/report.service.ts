import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { statement, type ReadTx } from '@fleet/platform/database';
import { invalid } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { fits, FuelLookup, sumOf, type FuelTotal, type SegmentSum } from '../read/fuel-lookup';
import { rounded } from '../rules/units';
import type { Grouping } from '../stretches/stretch.store';
import type { EfficiencyGroupView, EfficiencyView, FleetEfficiencyQuery, FleetEfficiencyView, MonthlyReportView, MonthlyTotalView, MonthlyVehicleView, MonthQuery, ReportPeriodQuery, SegmentsView, VehicleMonthsQuery, VehicleMonthsView } from './report.dto';

/** Months from the one named back, as the account's own calendar has them. */
const monthsBack = statement<{ month: string; from: Date; to: Date; time_zone: string }>(`
  select to_char(m, 'YYYY-MM') as month, m at time zone a.time_zone as "from", (m + interval '1 month') at time zone a.time_zone as "to", a.time_zone
    from auth.account a, generate_series(coalesce(($2::text || '-01')::timestamp, date_trunc('month', $4::timestamptz at time zone a.time_zone)) - make_interval(months => $3 - 1),
         coalesce(($2::text || '-01')::timestamp, date_trunc('month', $4::timestamptz at time zone a.time_zone)), interval '1 month') m
   where a.id = $1 order by m desc`);

const fleetDaysMax = 400;
const epoch = new Date(0);

/** What was bought and used, over a month or between two moments. Every figure names the fill-ups it came from. */
@Injectable()
export class FuelReports {
  constructor(
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly fuel: FuelLookup,
  ) {}

  async ofVehicle(tx: ReadTx, vehicleId: string, query: ReportPeriodQuery): Promise<EfficiencyView> {
    const vehicle = await this.vehicles.require(tx, vehicleId);
    const from = query.from ? new Date(query.from) : null;
    const to = query.to ? new Date(query.to) : this.clock.now();
    const segments = await this.fuel.segments(tx, { from: from ?? epoch, to, vehicleIds: [vehicle.id] });
    return { vehicle_id: vehicle.id, from, to, ...sumOf(segments), segments };
  }

  async ofFleet(tx: ReadTx, query: FleetEfficiencyQuery): Promise<FleetEfficiencyView> {
    const by = query.by ?? 'vehicle';
    const { from, to } = this.periodOf(query);
    const { groups, total } = await this.fuel.consumption(tx, { from, to }, by, query);
    const plates = by === 'vehicle' ? await this.vehicles.plates(tx, [...groups.keys()].filter((key) => key !== null)) : new Map<string, string>();
    const rowsAt = segmentsAt(by, from, to);
    const shown = [...groups].map(([key, figures]): EfficiencyGroupView => ({ ...figures, key, label: (key && plates.get(key)) ?? null, rows: rowsAt(key) }));
    shown.sort((a, b) => inOrder(a.label ?? a.key ?? '', b.label ?? b.key ?? ''));
    return { by, from, to, groups: shown, total };
  }

  async segments(tx: ReadTx, query: FleetEfficiencyQuery): Promise<SegmentsView> {
    const { from, to } = this.periodOf(query);
    const all = await this.fuel.segments(tx, { from, to, ...(query.vehicle_id ? { vehicleIds: [query.vehicle_id] } : {}) });
    return { from, to, segments: all.filter((s) => fits(s, query)) };
  }

  async month(tx: ReadTx, query: MonthQuery): Promise<MonthlyReportView> {
    const [period] = await this.periods(tx, query.month, 1);
    if (!period) throw new Error('the account of the actor does not exist');
    const { from, to, time_zone } = period;
    const totals = await this.fuel.totals(tx, { from, to, ...(query.vehicle_id ? { vehicleIds: [query.vehicle_id] } : {}) });
    const plates = await this.vehicles.plates(tx, [...new Set(totals.map((t) => t.vehicle_id))]);
    const { groups: used } = await this.fuel.consumption(tx, { from, to }, 'vehicle', query);
    const rowsAt = fillUpsAt(from, to);
    const vehicles = totals.map((total): MonthlyVehicleView => ({
      ...total,
      ...driven(used.get(total.vehicle_id)),
      plate: plates.get(total.vehicle_id) ?? null,
      rows: rowsAt(total),
    }));
    vehicles.sort((a, b) => inOrder(a.plate ?? '', b.plate ?? '') || inOrder(a.currency, b.currency));
    return { month: query.month, time_zone, from, to, vehicles, totals: byCurrency(totals) };
  }

  async monthsOf(tx: ReadTx, vehicleId: string, query: VehicleMonthsQuery): Promise<VehicleMonthsView> {
    const vehicle = await this.vehicles.require(tx, vehicleId);
    const vehicleIds = [vehicle.id];
    const periods = await this.periods(tx, query.to ?? null, query.months ?? 12);
    const segments = await this.fuel.segments(tx, { from: periods.at(-1)?.from ?? epoch, to: periods[0]?.to ?? epoch, vehicleIds });
    const months: VehicleMonthsView['months'] = [];
    for (const { month, from, to } of periods) {
      const totals = await this.fuel.totals(tx, { from, to, vehicleIds });
      const used = segments.filter((s) => s.to_at >= from && s.to_at < to);
      const rowsAt = fillUpsAt(from, to);
      months.push(...totals.map((total) => ({ month, ...total, ...driven(used.length > 0 ? sumOf(used) : undefined), rows: rowsAt(total) })));
    }
    return { vehicle_id: vehicle.id, time_zone: periods[0]?.time_zone ?? 'UTC', months };
  }

  private periodOf(query: FleetEfficiencyQuery): { from: Date; to: Date } {
    const to = query.to ? new Date(query.to) : this.clock.now();
    const from = query.from ? new Date(query.from) : new Date(to.getTime() - 30 * 86_400_000);
    if (to.getTime() - from.getTime() > fleetDaysMax * 86_400_000) throw invalid('FUEL_PERIOD_TOO_LONG', `Ask for at most ${fleetDaysMax} days of a fleet at once.`);
    return { from, to };
  }

  private async periods(tx: ReadTx, last: string | null, count: number): Promise<{ month: string; from: Date; to: Date; time_zone: string }[]> {
    return tx.sql(monthsBack, [tx.accountId, last, count, this.clock.now()]);
  }
}

/** Comparing by a collator made once is many times faster than `localeCompare` over a fleet. */
const inOrder = new Intl.Collator('en').compare;

const inPeriod = (from: Date, to: Date): string => new URLSearchParams({ from: from.toISOString(), to: to.toISOString() }).toString();

/** Made for a period once: a fleet has ten thousand lines of it. */
function segmentsAt(by: Grouping, from: Date, to: Date): (key: string | null) => string | null {
  const name = by === 'department' ? by : `${by}_id`;
  const period = inPeriod(from, to);
  return (key) => (key === null || by === 'fuel_type' ? null : `/api/v1/fuel_log/efficiency/segments?${name}=${encodeURIComponent(key)}&${period}`);
}

function fillUpsAt(from: Date, to: Date): (of: FuelTotal) => string {
  const period = inPeriod(from, to);
  return ({ vehicle_id, currency }) => `/api/v1/fuel_log/fill_ups?vehicle_id=${vehicle_id}&currency=${currency}&state=recorded&${period}`;
}

function driven(figures: SegmentSum | undefined): { distance_km: number | null; l_per_100km: number | null; kwh_per_100km: number | null } {
  const { distance_km = null, l_per_100km = null, kwh_per_100km = null } = figures ?? {};
  return { distance_km, l_per_100km, kwh_per_100km };
}

function byCurrency(totals: readonly FuelTotal[]): MonthlyTotalView[] {
  const groups = [...grouped(totals, (t) => t.currency)].sort(([a], [b]) => inOrder(a, b));
  return groups.map(([currency, some]) => {
    const sum = (name: 'fill_ups' | 'cost_minor' | 'fuel_l' | 'energy_kwh' | 'priced_l' | 'priced_kwh' | 'priced_l_cost' | 'priced_kwh_cost'): number => some.reduce((total, t) => total + (t[name] ?? 0), 0);
    const price = (cost: 'priced_l_cost' | 'priced_kwh_cost', volume: 'priced_l' | 'priced_kwh'): number | null => (sum(volume) > 0 ? rounded(sum(cost) / sum(volume), 4) : null);
    return { currency, fill_ups: sum('fill_ups'), cost_minor: sum('cost_minor'), fuel_l: rounded(sum('fuel_l'), 6), energy_kwh: rounded(sum('energy_kwh'), 6), average_price_per_l: price('priced_l_cost', 'priced_l'), average_price_per_kwh: price('priced_kwh_cost', 'priced_kwh') };
  });
}

function grouped<K, T>(list: readonly T[], by: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of list) {
    const key = by(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
