import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { invalid, Returns } from '@fleet/platform/http';
import { Pipeline } from '../pipeline/pipeline';
import { readTraccarForward, type ForwardFault } from '../protocols/traccar_forward/traccar-forward';
import { OutcomeView } from './ingest.dto';

const faults: Record<ForwardFault, string> = {
  structure: 'Send {position, device} as Traccar forwards them (forward.type json).',
  device: 'device.uniqueId must be an IMEI or the name the device reports.',
  time: 'position.deviceTime or position.fixTime must be ISO 8601.',
  coordinate: 'position.latitude and position.longitude must be numbers on Earth.',
};

/** A Traccar server in front, with its two hundred protocols, forwards each position here. */
@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/traccar')
export class TraccarController {
  constructor(private readonly pipeline: Pipeline) {}

  @Post()
  @HttpCode(200)
  @Permit('telemetry_engine.sample.write')
  @ApiHeader({ name: 'authorization', required: false, description: 'Basic with an ingest key and its secret: what forward.header of Traccar can send.' })
  @ApiBody({ schema: { type: 'object', required: ['position', 'device'], properties: { position: { type: 'object' }, device: { type: 'object' } } } })
  @Returns(OutcomeView, { about: 'Durably stored when answered; any other answer makes Traccar repeat it.' })
  async forwarded(@By() actor: Actor, @Body() body: object): Promise<OutcomeView> {
    const read = readTraccarForward(body);
    if ('fault' in read) throw invalid(`BAD_${read.fault.toUpperCase()}`, faults[read.fault]);
    const [outcome] = await this.pipeline.take(actor, [read], { bytesOf: () => Buffer.from(JSON.stringify(body)) });
    return { outcome: outcome?.kind ?? 'stored', reason: outcome?.kind === 'quarantined' ? outcome.reason : null };
  }
}
