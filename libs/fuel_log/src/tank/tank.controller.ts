import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { record } from '@fleet/platform/audit';
import { By, Permit } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { DescribesIfMatch, expectVersion, Id, IfMatch, invalid, notFound, Returns } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { changesOf, smoothed } from '../rules/tank';
import { minChangeLitres, TankLevels } from './tank-levels';
import { LevelQuery, LevelView, TankSensorBody, TankSensorView } from './tank.dto';

const levelDaysMax = 2;

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/vehicles/:vehicle_id')
export class TankController {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly levels: TankLevels,
  ) {}

  @Get('tank_sensor')
  @Permit('fuel_log.tank.read')
  @Returns(TankSensorView)
  sensor(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<TankSensorView> {
    return this.db.read(actor, async (tx) => {
      const row = await this.stored(tx, (await this.vehicles.require(tx, id)).id);
      if (!row) throw notFound('tank sensor of vehicle', id);
      return row;
    });
  }

  @Put('tank_sensor')
  @Permit('fuel_log.tank.write')
  @DescribesIfMatch()
  @Returns(TankSensorView, { about: 'From now on falls of this tank are asked about.' })
  describe(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: TankSensorBody, @IfMatch() version: number | undefined): Promise<TankSensorView> {
    refuseUnusable(body);
    return this.db.write(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, id);
      await tx.sql('select 1 from fuel_log.tank_sensor where vehicle_id = $1 for update', [vehicle.id]);
      const before = await this.stored(tx, vehicle.id);
      if (before) expectVersion(before.version, version);
      await tx.sql(
        `insert into fuel_log.tank_sensor as s (vehicle_id, account_id, source, extra_name, points, min_change_l, watched_to, updated_by, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $7)
         on conflict (vehicle_id) do update set source = excluded.source, extra_name = excluded.extra_name, points = excluded.points, min_change_l = excluded.min_change_l, updated_by = excluded.updated_by, updated_at = excluded.updated_at, version = s.version + 1`,
        [vehicle.id, tx.accountId, body.source, body.extra_name ?? null, JSON.stringify(body.points ?? []), body.min_change_l ?? minChangeLitres, this.clock.now(), actor.id],
      );
      await record(tx, { action: 'fuel_log.tank_sensor.described', subject: { type: 'vehicle', id: vehicle.id }, data: { source: body.source, points: body.points?.length ?? 0 } });
      return (await this.stored(tx, vehicle.id)) as TankSensorView;
    });
  }

  @Get('tank_level')
  @Permit('fuel_log.tank.read')
  @Returns(LevelView, { about: 'The level over at most two days, and the changes found in it.' })
  level(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: LevelQuery): Promise<LevelView> {
    const [from, to] = [new Date(query.from), new Date(query.to)];
    if (to < from || to.getTime() - from.getTime() > levelDaysMax * 86_400_000) throw invalid('FUEL_PERIOD_TOO_LONG', `Ask for at most ${levelDaysMax} days of a tank at once, from before to.`);
    return this.db.read(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, id);
      const sensor = await this.levels.sensor(tx, vehicle.id);
      const { levels } = await this.levels.between(tx, vehicle, sensor, from, to);
      const even = smoothed(levels);
      const each = Math.ceil(even.length / 2000);
      return { vehicle_id: vehicle.id, levels: even.filter((_, i) => i % each === 0), changes: changesOf(levels, sensor?.min_change_l ?? minChangeLitres) };
    });
  }

  private stored(tx: ReadTx, vehicleId: string): Promise<TankSensorView | undefined> {
    return tx.one<TankSensorView>('select * from fuel_log.tank_sensor where vehicle_id = $1', [vehicleId]);
  }
}

function refuseUnusable({ source, extra_name, points = [] }: TankSensorBody): void {
  if ((source === 'extra') !== Boolean(extra_name)) throw invalid('TANK_SENSOR_NAME', 'Name the value among the extras when, and only when, the source is extra.');
  if (source === 'extra' && points.length < 2) throw invalid('TANK_CALIBRATION_TOO_SHORT', 'A raw value needs at least two points to become litres.');
  if (points.length === 1) throw invalid('TANK_CALIBRATION_TOO_SHORT', 'A calibration has at least two points.');
  const sorted = [...points].sort((a, b) => a.value - b.value);
  if (sorted.some((p, i) => i > 0 && p.value === sorted[i - 1]?.value)) throw invalid('TANK_CALIBRATION_TWICE', 'Each value of the sensor stands for one amount.');
}
