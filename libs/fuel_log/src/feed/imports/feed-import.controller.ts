import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, ListQuery, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { FeedImportQuery, FeedImportView, SkippedRecordView, StartFeedImportBody } from './feed-import.dto';
import { FeedImports } from './feed-import.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/feed_imports')
export class FeedImportController {
  constructor(private readonly imports: FeedImports) {}

  @Get()
  @Permit('fuel_log.feed.read')
  @ReturnsList(FeedImportView)
  list(@By() actor: Actor, @Query() query: FeedImportQuery): Promise<Page<FeedImportView>> {
    return this.imports.list(actor, query);
  }

  @Post()
  @Permit('fuel_log.feed.import')
  @Returns(FeedImportView, { status: 202, about: 'Follow it at Location.' })
  async start(@By() actor: Actor, @Body() body: StartFeedImportBody, @Res({ passthrough: true }) res: Response): Promise<FeedImportView> {
    const run = await this.imports.start(actor, body);
    res.setHeader('location', `/api/v1/fuel_log/feed_imports/${run.id}`);
    return run;
  }

  @Get(':feed_import_id')
  @Permit('fuel_log.feed.read')
  @Returns(FeedImportView)
  get(@By() actor: Actor, @Id('feed_import_id') id: string): Promise<FeedImportView> {
    return this.imports.get(actor, id);
  }

  @Get(':feed_import_id/skipped')
  @Permit('fuel_log.feed.read')
  @ReturnsList(SkippedRecordView, { about: 'Records the import could not take, and why; the first thousand.' })
  skipped(@By() actor: Actor, @Id('feed_import_id') id: string, @Query() query: ListQuery): Promise<Page<SkippedRecordView>> {
    return this.imports.skipped(actor, id, query);
  }
}
