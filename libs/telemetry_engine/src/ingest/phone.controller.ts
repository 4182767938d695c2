import { Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { invalid, Refusal, Returns } from '@fleet/platform/http';
import { readOsmandJson, readOsmandQuery, type OsmandFault, type OsmandRead, type Query } from '../protocols/osmand/osmand';
import { WrongPassword } from '../listen/session';
import { Pipeline } from '../pipeline/pipeline';
import { DEVICE_GATE, type DeviceGate, type KnownDevice } from '../sample';
import { OutcomeView } from './ingest.dto';

const faults: Record<OsmandFault, string> = {
  device: 'Say id: the identifier the phone is registered with.',
  time: 'timestamp is no time. Send epoch seconds or ISO 8601.',
  coordinate: 'lat and lon must be numbers on Earth.',
  motion: 'speed, bearing and altitude must be numbers.',
  structure: 'Send the position as query parameters, or as JSON with location and device_id.',
};

const reason = 'a phone proves itself with the id and the password of its device';

/** Phones: the OsmAnd app and the Traccar Client, with the device's password in the address they are given. */
@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/osmand')
export class PhoneController {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly clock: Clock,
    @Inject(DEVICE_GATE) private readonly gate: DeviceGate,
  ) {}

  @Get()
  @Public(reason)
  @ApiQuery({ name: 'password', required: true })
  @ApiQuery({ name: 'id', required: false })
  @Returns(OutcomeView, { about: 'Durably stored when answered.' })
  heard(@Req() req: Request): Promise<OutcomeView> {
    return this.take(req, readOsmandQuery(req.query as Query, this.clock.now().getTime()));
  }

  @Post()
  @HttpCode(200)
  @Public(reason)
  @ApiQuery({ name: 'password', required: true })
  @ApiBody({ required: false, schema: { type: 'object' } })
  @Returns(OutcomeView, { about: 'Durably stored when answered.' })
  posted(@Req() req: Request): Promise<OutcomeView> {
    const now = this.clock.now().getTime();
    const body: unknown = req.body;
    const isJson = typeof body === 'object' && body !== null && 'location' in body;
    return this.take(req, isJson ? readOsmandJson(body, now) : readOsmandQuery(req.query as Query, now));
  }

  private async take(req: Request, read: OsmandRead): Promise<OutcomeView> {
    if ('fault' in read) throw invalid(`BAD_${read.fault.toUpperCase()}`, faults[read.fault]);
    // The password is ours, not the device's to report.
    if (read.sample.extras) delete read.sample.extras.password;
    const device = await this.admit(read.device_id, req.query.password);
    const [outcome] = await this.pipeline.submit({ accountId: device.account_id }, [read], [Buffer.from(JSON.stringify(read.sample))]);
    return { outcome: outcome?.kind ?? 'stored', reason: outcome?.kind === 'quarantined' ? outcome.reason : null };
  }

  /** One answer for an unknown phone and a wrong password, so that ids cannot be tried out. */
  private async admit(deviceId: string, password: unknown): Promise<KnownDevice> {
    const device = typeof password !== 'string' ? undefined : await this.gate.admit(deviceId, password, 'osmand').catch((error: unknown) => {
      if (error instanceof WrongPassword) return undefined;
      throw error;
    });
    if (!device) throw new Refusal('unauthenticated', 'UNKNOWN_DEVICE', 'There is no such phone with this password. Register it with protocol osmand and put its password into the address.');
    return device;
  }
}
