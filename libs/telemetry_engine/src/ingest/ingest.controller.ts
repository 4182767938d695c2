import { Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiTags, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import type { Request } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Returns } from '@fleet/platform/http';
import { Pipeline, type Incoming } from '../pipeline/pipeline';
import { reasonWords, type QuarantineReason } from '../pipeline/reasons';
import { IngestView } from './ingest.dto';
import { readItem, ReadError, type Rejection } from './read-samples';
import { SampleBody } from './sample.dto';
import type { SignedRequest } from './keyed-uploads';
import { itemsOf, unpacked, wireBytes } from './upload-body';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry')
export class IngestController {
  constructor(private readonly pipeline: Pipeline) {}

  @Post('ingest')
  @Permit('telemetry_engine.sample.write')
  @ApiExtraModels(SampleBody)
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({ schema: { type: 'array', maxItems: 5000, items: { $ref: getSchemaPath(SampleBody) } } })
  @ApiHeader({ name: 'x-fleet-key', required: false, description: 'Instead of a bearer token: id of a signing key.' })
  @ApiHeader({ name: 'x-fleet-timestamp', required: false, description: 'Unix seconds; at most five minutes off.' })
  @ApiHeader({ name: 'x-fleet-signature', required: false, description: 'Hex HMAC-SHA256 of "<x-fleet-timestamp>.<body as sent>".' })
  @Returns(IngestView, { about: 'Everything counted as accepted is durably stored. Repeating an upload is harmless.' })
  async ingest(@By() actor: Actor, @Req() req: Request & SignedRequest): Promise<IngestView> {
    const plain = await unpacked(req.signedBody ?? (await wireBytes(req)), req.header('content-encoding'));
    const items = itemsOf(plain, req.header('content-type') ?? '');
    const rejected: Rejection[] = [];
    const incoming: Incoming[] = [];
    const places: number[] = [];
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      const read = item instanceof ReadError ? item : readItem(item);
      if (read instanceof ReadError) {
        rejected.push({ index, code: read.code, detail: read.detail });
      } else {
        incoming.push(read);
        places.push(index);
      }
    }
    const outcomes = await this.pipeline.take(actor, incoming, { bytesOf: (i) => bytesOf(items[places[i] as number] as object) });
    let accepted = 0;
    let duplicates = 0;
    outcomes.forEach((outcome, i) => {
      if (outcome.kind === 'stored') accepted += 1;
      else if (outcome.kind === 'duplicate') duplicates += 1;
      else rejected.push({ index: places[i] as number, code: outcome.reason, detail: reasonWords[outcome.reason as QuarantineReason] });
    });
    rejected.sort((a, b) => a.index - b.index);
    return { accepted, duplicates, rejected };
  }
}

/** The item as it came; reading it has added `at_ms`. */
const bytesOf = (item: object): Buffer => Buffer.from(JSON.stringify({ ...item, at_ms: undefined }));
