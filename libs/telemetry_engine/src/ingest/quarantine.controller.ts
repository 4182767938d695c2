import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Flag, Int, invalid, ListQuery, OneOf, Returns, ReturnsList, Text, Uuid, type Page } from '@fleet/platform/http';
import { quarantineReasons } from '../pipeline/reasons';
import { QuarantineItemView, ReplayView } from './ingest.dto';
import { Quarantine } from './quarantine.service';

export class QuarantineQuery extends ListQuery {
  @OneOf(quarantineReasons, { optional: true }) reason?: string;
  @Text({ optional: true, max: 64 }) device_id?: string;
  @Flag({ optional: true, fromText: true, about: 'Only those not replayed yet, or only those that were.' }) waiting?: boolean;
}

export class ReplayQuarantineBody {
  @Uuid({ optional: true, listMax: 1000, about: 'These items; or say reason or device_id.' }) ids?: string[];
  @OneOf(quarantineReasons, { optional: true }) reason?: string;
  @Text({ optional: true, max: 64 }) device_id?: string;
  @Int({ optional: true, min: 0, max: 2048, about: '1024 puts the time of a receiver right that lost count of GPS weeks.' }) add_weeks?: number;
}

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/quarantine')
export class QuarantineController {
  constructor(private readonly quarantine: Quarantine) {}

  @Get()
  @Permit('telemetry_engine.quarantine.read')
  @ReturnsList(QuarantineItemView)
  list(@By() actor: Actor, @Query() query: QuarantineQuery): Promise<Page<QuarantineItemView>> {
    return this.quarantine.list(actor, query);
  }

  @Post('replay')
  @Permit('telemetry_engine.quarantine.replay')
  @Returns(ReplayView, { about: 'Up to 1,000 at once, oldest first.' })
  replay(@By() actor: Actor, @Body() body: ReplayQuarantineBody): Promise<ReplayView> {
    const { add_weeks, ...filter } = body;
    if (!filter.ids && !filter.reason && !filter.device_id) throw invalid('NOTHING_CHOSEN', 'Say which: ids, reason or device_id.');
    return this.quarantine.replay(actor, filter, add_weeks ?? 0);
  }
}
