import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { ReturnsRaw } from '@fleet/platform/http';
import { boxOf } from '../read/bbox';
import { LiveQuery } from '../read/telemetry.dto';
import { LiveHub } from './live-hub';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/live')
export class LiveController {
  constructor(private readonly hub: LiveHub) {}

  @Get()
  @Permit('telemetry_engine.sample.read')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Go on after this event instead of starting with every vehicle.' })
  @ReturnsRaw('text/event-stream', { about: 'Events `positions`: a list like the items of /last, first all vehicles, then what changed, at most once a second.' })
  live(@By() actor: Actor, @Query() query: LiveQuery, @Req() req: Request, @Res() res: Response): Promise<void> {
    return this.hub.open(actor, req, res, boxOf(query.bbox));
  }
}
