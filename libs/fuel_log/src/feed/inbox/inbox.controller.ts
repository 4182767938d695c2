import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { DecideBody, DeclineBody, EditBody, InboxItemView, FeedInboxQuery } from './inbox.dto';
import { Inbox } from './inbox.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/inbox')
export class InboxController {
  constructor(private readonly inbox: Inbox) {}

  @Get()
  @Permit('fuel_log.inbox.read')
  @ReturnsList(InboxItemView, { about: 'Records that wait for a person, oldest first.' })
  list(@By() actor: Actor, @Query() query: FeedInboxQuery): Promise<Page<InboxItemView>> {
    return this.inbox.list(actor, query);
  }

  @Get(':inbox_id')
  @Permit('fuel_log.inbox.read')
  @Returns(InboxItemView)
  get(@By() actor: Actor, @Id('inbox_id') id: string): Promise<InboxItemView> {
    return this.inbox.get(actor, id);
  }

  @Post(':inbox_id/apply')
  @Permit('fuel_log.inbox.decide')
  @DescribesIfMatch()
  @Returns(InboxItemView, { about: 'It counts as it stands.' })
  apply(@By() actor: Actor, @Id('inbox_id') id: string, @Body() body: DecideBody, @IfMatch() version?: number): Promise<InboxItemView> {
    return this.inbox.apply(actor, id, body.reason, version);
  }

  @Post(':inbox_id/edit')
  @Permit('fuel_log.inbox.decide')
  @DescribesIfMatch()
  @Returns(InboxItemView, { about: 'Lays corrections over the record and looks at it again.' })
  edit(@By() actor: Actor, @Id('inbox_id') id: string, @Body() body: EditBody, @IfMatch() version?: number): Promise<InboxItemView> {
    return this.inbox.edit(actor, id, body, version);
  }

  @Post(':inbox_id/decline')
  @Permit('fuel_log.inbox.decide')
  @DescribesIfMatch()
  @Returns(InboxItemView, { about: 'It never counts, and stays visible here.' })
  decline(@By() actor: Actor, @Id('inbox_id') id: string, @Body() body: DeclineBody, @IfMatch() version?: number): Promise<InboxItemView> {
    return this.inbox.decline(actor, id, body.reason, version);
  }

  @Post(':inbox_id/undo')
  @Permit('fuel_log.inbox.decide')
  @DescribesIfMatch()
  @Returns(InboxItemView, { about: 'Takes back the last decision.' })
  undo(@By() actor: Actor, @Id('inbox_id') id: string, @IfMatch() version?: number): Promise<InboxItemView> {
    return this.inbox.undo(actor, id, version);
  }
}
