import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsRaw } from '@fleet/platform/http';
import { EventList } from '../events/event-list';
import { EventEvidenceView, TelemetrySpanBody } from './evidence.dto';
import { Evidence } from './evidence.service';

@ApiTags('event_log')
@Controller('api/v1/event_log/events/:event_id')
export class EvidenceController {
  constructor(
    private readonly db: Db,
    private readonly events: EventList,
    private readonly evidence: Evidence,
  ) {}

  @Post('evidence')
  @Permit('event_log.event.write')
  @TakesFile()
  @Returns(EventEvidenceView, { status: 201, about: 'JPEG, PNG or PDF. The same file again is the same piece.' })
  addFile(@By() actor: Actor, @Id('event_id') id: string, @Uploaded() upload: Upload): Promise<EventEvidenceView> {
    return this.db.write(actor, async (tx) => this.evidence.addFile(tx, (await this.events.find(tx, id)).id, upload));
  }

  @Post('spans')
  @Permit('event_log.event.write')
  @Returns(EventEvidenceView, { status: 201, about: 'Points at the samples of a vehicle between two moments.' })
  addSpan(@By() actor: Actor, @Id('event_id') id: string, @Body() body: TelemetrySpanBody): Promise<EventEvidenceView> {
    return this.db.write(actor, async (tx) => this.evidence.addSpan(tx, (await this.events.find(tx, id)).id, body));
  }

  @Get('evidence/:evidence_id')
  @Permit('event_log.event.read')
  @ReturnsRaw('application/octet-stream', { about: 'JPEG, PNG or PDF, as its content says.' })
  async open(@By() actor: Actor, @Id('event_id') id: string, @Id('evidence_id') evidenceId: string, @Res() res: Response): Promise<void> {
    await this.db.read(actor, (tx) => this.events.find(tx, id));
    await sendFile(res, await this.evidence.open(actor, id, evidenceId));
  }
}
