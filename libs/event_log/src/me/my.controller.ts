import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { EventView } from '../events/event.dto';
import { EventEvidenceView } from '../evidence/evidence.dto';
import { DisputeBody } from '../fines/fine.dto';
import { PersonalEvents } from '../privacy/personal-events';
import { MyEventsQuery, MyFinesQuery, MyReportBody } from './my.dto';
import { MyEvents } from './my.service';

/** For the driver's phone: whoever signed in, and nobody else. */
@ApiTags('event_log')
@Controller('api/v1/event_log/my')
@Permit('event_log.self.use')
export class MyEventController {
  constructor(
    private readonly mine: MyEvents,
    private readonly personal: PersonalEvents,
  ) {}

  @Get('events')
  @ReturnsList(EventView, { about: 'Latest first.' })
  events(@By() actor: Actor, @Query() query: MyEventsQuery): Promise<Page<EventView>> {
    return this.mine.list(actor, query);
  }

  @Post('events')
  @Returns(EventView, { status: 201, about: 'Counts for the vehicle I had at that time.' })
  report(@By() actor: Actor, @Body() body: MyReportBody): Promise<EventView> {
    return this.mine.report(actor, body);
  }

  @Get('fines')
  @ReturnsList(EventView, { about: 'Latest first.' })
  fines(@By() actor: Actor, @Query() query: MyFinesQuery): Promise<Page<EventView>> {
    return this.mine.list(actor, { ...query, type: 'fine' });
  }

  @Post('fines/:fine_id/dispute')
  @Returns(EventView)
  dispute(@By() actor: Actor, @Id('fine_id') id: string, @Body() body: DisputeBody): Promise<EventView> {
    return this.mine.dispute(actor, id, body);
  }

  @Get('events/:event_id')
  @Returns(EventView)
  event(@By() actor: Actor, @Id('event_id') id: string): Promise<EventView> {
    return this.mine.get(actor, id);
  }

  @Get('events/:event_id/evidence')
  @ReturnsList(EventEvidenceView)
  async evidence(@By() actor: Actor, @Id('event_id') id: string): Promise<Page<EventEvidenceView>> {
    return { items: await this.mine.evidenceOf(actor, id), next_cursor: null };
  }

  @Post('events/:event_id/evidence')
  @TakesFile()
  @Returns(EventEvidenceView, { status: 201, about: 'For what I reported and for fines I dispute. The same picture again is the same piece.' })
  addFile(@By() actor: Actor, @Id('event_id') id: string, @Uploaded() upload: Upload): Promise<EventEvidenceView> {
    return this.mine.addFile(actor, id, upload);
  }

  @Get('events/:event_id/evidence/:evidence_id')
  @ReturnsRaw('application/octet-stream', { about: 'JPEG, PNG or PDF, as its content says.' })
  async file(@By() actor: Actor, @Id('event_id') id: string, @Id('evidence_id') evidenceId: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.mine.openFile(actor, id, evidenceId));
  }

  @Get('personal_data')
  @ReturnsRaw('application/json', { about: 'Every event kept about me. That it was taken is recorded.' })
  async data(@By() actor: Actor, @Res() res: Response): Promise<void> {
    await this.personal.sendOwn(actor, res);
  }
}
