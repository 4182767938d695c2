import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { FenceBook } from '../geofences/fence-book';
import { boxOf } from './bbox';
import { historyPoints, spanOf, stepOf } from './history';
import { lastOf, lastPage } from './last-list';
import { readingPage, readingsBetween, type MarkedReading } from './readings';
import { HistoryPointView, HistoryQuery, LastPositionView, LastQuery, RecentQuery, SampleView, TrackExportQuery, TrustQuery, TrustView, VehicleNowView } from './telemetry.dto';
import { sendCsvTrack, sendGpxTrack, sendNdjsonTrack } from './track-export';
import { trustOf } from './trust';
import { nowOf } from './vehicle-now';

const hourMs = 3_600_000;

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry')
export class TelemetryController {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly fences: FenceBook,
  ) {}

  @Get('last')
  @Permit('telemetry_engine.sample.read')
  @ReturnsList(LastPositionView, { about: 'Vehicles that were ever heard, each with its last word; about a second behind.' })
  last(@By() actor: Actor, @Query() query: LastQuery): Promise<Page<LastPositionView>> {
    const box = boxOf(query.bbox);
    return this.db.read(actor, async (tx) => {
      const numbers = await this.vehicles.numbersInParks(tx);
      return lastPage(tx, this.clock.now(), { box, numbers, state: query.state, cursor: query.cursor, limit: query.limit ?? 500 });
    });
  }

  @Get(':vehicle_id')
  @Permit('telemetry_engine.sample.read')
  @ReturnsList(SampleView, { about: 'Newest first.' })
  recent(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: RecentQuery): Promise<Page<MarkedReading>> {
    return this.db.read(actor, async (tx) => readingPage(tx, (await this.vehicles.require(tx, id)).vehicle_no, query.limit ?? 10, query.cursor));
  }

  @Get(':vehicle_id/now')
  @Permit('telemetry_engine.sample.read')
  @Returns(VehicleNowView, { about: 'Where one vehicle is, what it does and since when.' })
  now(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<VehicleNowView> {
    return this.db.read(actor, async (tx) => nowOf(tx, await this.vehicles.require(tx, id), await this.fences.of(tx), this.clock.now()));
  }

  @Get(':vehicle_id/history')
  @Permit('telemetry_engine.sample.read')
  @ReturnsList(HistoryPointView, { about: 'Down-sampled, oldest first. Gaps stay gaps: see `segment`.' })
  history(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: HistoryQuery): Promise<Page<HistoryPointView>> {
    const span = spanOf(query, this.clock.now());
    const step = stepOf(span, query.step);
    return this.db.read(actor, async (tx) => {
      const { vehicle_no } = await this.vehicles.require(tx, id);
      return { items: await historyPoints(tx, vehicle_no, span, step), next_cursor: null };
    });
  }

  @Get(':vehicle_id/export')
  @Permit('telemetry_engine.sample.read')
  @ReturnsRaw('application/gpx+xml', { about: 'Every sample of the span, as GPX track, CSV or JSON lines.' })
  async export(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: TrackExportQuery, @Res() res: Response): Promise<void> {
    const span = spanOf(query, this.clock.now());
    await this.db.read(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, id);
      const name = `track-${vehicle.plate_norm.replace(/[^A-Za-z0-9]/g, '') || vehicle.vehicle_no}-${span.from.toISOString().slice(0, 10)}`;
      const pages = readingsBetween(tx, vehicle.vehicle_no, span.from, span.to);
      if (query.format === 'ndjson') return sendNdjsonTrack(res, name, vehicle.id, pages);
      await (query.format === 'csv' ? sendCsvTrack(res, name, pages) : sendGpxTrack(res, name, pages));
    });
  }

  @Get(':vehicle_id/trust')
  @Permit('telemetry_engine.sample.read')
  @Returns(TrustView, { about: 'How far the figures of this vehicle can be relied on.' })
  trust(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: TrustQuery): Promise<TrustView> {
    const to = this.clock.now();
    const from = new Date(to.getTime() - (query.hours ?? 24) * hourMs);
    return this.db.read(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, id);
      const devices = await this.vehicles.devicesIn(tx, id, from);
      const [last] = await lastOf(tx, [vehicle.vehicle_no]);
      return trustOf(tx, vehicle, devices, { from, to }, last?.at);
    });
  }
}
