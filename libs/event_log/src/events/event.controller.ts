import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { sendTable } from '@fleet/platform/tables';
import { AmendEventBody, AssignDriverBody, EventQuery, EventView, ExportEventsQuery, IngestBody, EventsTakenView, EventReasonBody, ReportEventBody, SummaryQuery, SummaryView } from './event.dto';
import { EventDesk } from './event-desk';
import { exportColumns } from './export-columns';
import { EventList } from './event-list';
import { EventSummary } from './event-summary';
import { EventHistory } from './event-history';
import { EventHistoryView } from './history.dto';

@ApiTags('event_log')
@Controller('api/v1/event_log/events')
export class EventController {
  constructor(
    private readonly db: Db,
    private readonly desk: EventDesk,
    private readonly events: EventList,
    private readonly counts: EventSummary,
    private readonly past: EventHistory,
  ) {}

  @Post()
  @Permit('event_log.event.write')
  @Returns(EventView, { status: 201, about: 'What was known already is answered as it stands.' })
  async report(@By() actor: Actor, @Body() body: ReportEventBody, @Res({ passthrough: true }) res: Response): Promise<EventView> {
    const event = await this.desk.report(actor, body);
    res.setHeader('location', `/api/v1/event_log/events/${event.id}`);
    return event;
  }

  @Post('batch')
  @Permit('event_log.event.ingest')
  @Returns(EventsTakenView, { about: 'For programs. Each event is answered for itself.' })
  async ingest(@By() actor: Actor, @Body() body: IngestBody): Promise<EventsTakenView> {
    return { results: await this.desk.ingest(actor, body) };
  }

  @Get()
  @Permit('event_log.event.read')
  @ReturnsList(EventView)
  list(@By() actor: Actor, @Query() query: EventQuery): Promise<Page<EventView>> {
    return this.db.read(actor, (tx) => this.events.page(tx, query));
  }

  @Get('summary')
  @Permit('event_log.event.read')
  @Returns(SummaryView)
  summary(@By() actor: Actor, @Query() query: SummaryQuery): Promise<SummaryView> {
    return this.db.read(actor, (tx) => this.counts.of(tx, query));
  }

  @Get('export')
  @Permit('event_log.event.read')
  @ReturnsRaw('text/csv', { about: 'The list with its filters, as CSV or XLSX.' })
  async export(@By() actor: Actor, @Query() query: ExportEventsQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, (tx) => sendTable(res, 'events', query.format ?? 'csv', exportColumns, this.events.every(tx, query)));
  }

  @Get(':event_id')
  @Permit('event_log.event.read')
  @Returns(EventView)
  get(@By() actor: Actor, @Id('event_id') id: string): Promise<EventView> {
    return this.db.read(actor, (tx) => this.events.find(tx, id));
  }

  @Get(':event_id/history')
  @Permit('event_log.event.read')
  @Returns(EventHistoryView, { about: 'Who was, who became, why and when; and the evidence.' })
  history(@By() actor: Actor, @Id('event_id') id: string): Promise<EventHistoryView> {
    return this.db.read(actor, async (tx) => this.past.of(tx, (await this.events.find(tx, id)).id));
  }

  @Post(':event_id/amend')
  @Permit('event_log.event.write')
  @DescribesIfMatch()
  @Returns(EventView, { about: 'A new revision; who drove is asked again unless a person said so.' })
  amend(@By() actor: Actor, @Id('event_id') id: string, @Body() body: AmendEventBody, @IfMatch() version?: number): Promise<EventView> {
    return this.desk.amend(actor, id, body, version);
  }

  @Post(':event_id/attribution')
  @Permit('event_log.attribution.write')
  @DescribesIfMatch()
  @Returns(EventView)
  assign(@By() actor: Actor, @Id('event_id') id: string, @Body() body: AssignDriverBody, @IfMatch() version?: number): Promise<EventView> {
    return this.desk.assign(actor, id, body, version);
  }

  @Post(':event_id/settle')
  @Permit('event_log.event.write')
  @DescribesIfMatch()
  @Returns(EventView)
  settle(@By() actor: Actor, @Id('event_id') id: string, @Body() body: EventReasonBody, @IfMatch() version?: number): Promise<EventView> {
    return this.desk.settle(actor, id, body.reason, version);
  }

  @Post(':event_id/withdraw')
  @Permit('event_log.event.withdraw')
  @DescribesIfMatch()
  @Returns(EventView)
  withdraw(@By() actor: Actor, @Id('event_id') id: string, @Body() body: EventReasonBody, @IfMatch() version?: number): Promise<EventView> {
    return this.desk.withdraw(actor, id, body.reason, version);
  }
}
