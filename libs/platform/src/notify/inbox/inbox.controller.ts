import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '../../auth';
import type { Actor } from '../../database';
import { DescribesId, Id, Returns, ReturnsList, type Page } from '../../http';
import { InboxQuery, NoticeView, OwnQuietBody, OwnQuietView, PreferenceBody, PreferenceView, ReadAllBody, ReadView, UnreadView } from './inbox.dto';
import { Inbox } from './inbox.service';
import { OwnQuiet } from './quiet.service';

@ApiTags('notify')
@Controller('api/v1/notify')
export class InboxController {
  constructor(
    private readonly inbox: Inbox,
    private readonly ownQuiet: OwnQuiet,
  ) {}

  @Get('inbox')
  @Permit('notify.inbox.use')
  @ReturnsList(NoticeView)
  list(@By() actor: Actor, @Query() query: InboxQuery): Promise<Page<NoticeView>> {
    return this.inbox.list(actor, query);
  }

  @Get('inbox/unread_count')
  @Permit('notify.inbox.use')
  @Returns(UnreadView)
  unread(@By() actor: Actor): Promise<UnreadView> {
    return this.inbox.unread(actor);
  }

  @Post('inbox/read_all')
  @Permit('notify.inbox.use')
  @Returns(ReadView)
  async readAll(@By() actor: Actor, @Body() body: ReadAllBody): Promise<ReadView> {
    return { read: await this.inbox.readAll(actor, body.until) };
  }

  @Post('inbox/:notice_id/read')
  @Permit('notify.inbox.use')
  @DescribesId('notice_id')
  @Returns(NoticeView)
  read(@By() actor: Actor, @Id('notice_id') id: string): Promise<NoticeView> {
    return this.inbox.read(actor, id);
  }

  @Get('preferences')
  @Permit('notify.inbox.use')
  @ReturnsList(PreferenceView)
  async preferences(@By() actor: Actor): Promise<Page<PreferenceView>> {
    return { items: await this.inbox.preferences(actor), next_cursor: null };
  }

  @Put('preferences/:kind')
  @Permit('notify.inbox.use')
  @Returns(PreferenceView)
  mute(@By() actor: Actor, @Param('kind') kind: string, @Body() body: PreferenceBody): Promise<PreferenceView> {
    return this.inbox.mute(actor, kind, body.muted);
  }

  @Get('quiet_hours')
  @Permit('notify.inbox.use')
  @Returns(OwnQuietView, { about: 'Hours in which one gets no e-mail.' })
  quietHours(@By() actor: Actor): Promise<OwnQuietView> {
    return this.ownQuiet.hours(actor);
  }

  @Put('quiet_hours')
  @Permit('notify.inbox.use')
  @Returns(OwnQuietView)
  keepQuiet(@By() actor: Actor, @Body() body: OwnQuietBody): Promise<OwnQuietView> {
    return this.ownQuiet.keep(actor, body.quiet);
  }
}
