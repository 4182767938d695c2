import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { ListQuery, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { IngestKeyView, NewIngestKeyBody } from './ingest.dto';
import { IngestKeys } from './ingest-key.service';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/ingest_keys')
export class IngestKeyController {
  constructor(private readonly keys: IngestKeys) {}

  @Post()
  @Permit('telemetry_engine.ingest_key.write')
  @Returns(IngestKeyView, { status: 201, about: 'The only answer that shows the secret.' })
  issue(@By() actor: Actor, @Body() body: NewIngestKeyBody): Promise<IngestKeyView> {
    return this.keys.issue(actor, body);
  }

  @Get()
  @Permit('telemetry_engine.ingest_key.read')
  @ReturnsList(IngestKeyView)
  list(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<IngestKeyView>> {
    return this.keys.list(actor, query);
  }

  @Post(':key_id/disable')
  @Permit('telemetry_engine.ingest_key.write')
  @Returns(IngestKeyView)
  disable(@By() actor: Actor, @Param('key_id') id: string): Promise<IngestKeyView> {
    return this.keys.disable(actor, id);
  }
}
