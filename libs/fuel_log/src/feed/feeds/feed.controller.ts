import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsNothing, type Page } from '@fleet/platform/http';
import { FeedTestView, FeedView, SetUpFeedBody } from './feed.dto';
import { FeedService } from './feed.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/feeds')
export class FeedController {
  constructor(private readonly feeds: FeedService) {}

  @Get()
  @Permit('fuel_log.feed.read')
  @ReturnsList(FeedView)
  list(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<FeedView>> {
    return this.feeds.list(actor, query);
  }

  @Post()
  @Permit('fuel_log.feed.write')
  @Returns(FeedView, { status: 201 })
  setUp(@By() actor: Actor, @Body() body: SetUpFeedBody): Promise<FeedView> {
    return this.feeds.setUp(actor, body);
  }

  @Get(':feed_id')
  @Permit('fuel_log.feed.read')
  @Returns(FeedView)
  get(@By() actor: Actor, @Id('feed_id') id: string): Promise<FeedView> {
    return this.feeds.get(actor, id);
  }

  @Patch(':feed_id')
  @Permit('fuel_log.feed.write')
  @DescribesIfMatch()
  @Returns(FeedView, { about: 'Another endpoint needs its keys again.' })
  amend(@By() actor: Actor, @Id('feed_id') id: string, @Body() body: SetUpFeedBody, @IfMatch() version?: number): Promise<FeedView> {
    return this.feeds.amend(actor, id, body, version);
  }

  @Delete(':feed_id')
  @Permit('fuel_log.feed.write')
  @ReturnsNothing()
  remove(@By() actor: Actor, @Id('feed_id') id: string): Promise<void> {
    return this.feeds.remove(actor, id);
  }

  @Post(':feed_id/test')
  @Permit('fuel_log.feed.write')
  @Returns(FeedTestView, { about: 'Whether the store answers, and what is there.' })
  test(@By() actor: Actor, @Id('feed_id') id: string): Promise<FeedTestView> {
    return this.feeds.test(actor, id);
  }
}
