import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns } from '@fleet/platform/http';
import { AmendMotionSettingsBody, MotionSettingsView, SpeedLimitBody, SpeedLimitView } from './setting.dto';
import { MotionSettings } from './setting.service';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry')
export class MotionSettingsController {
  constructor(private readonly settings: MotionSettings) {}

  @Get('motion_settings')
  @Permit('telemetry_engine.motion_setting.read')
  @Returns(MotionSettingsView)
  get(@By() actor: Actor): Promise<MotionSettingsView> {
    return this.settings.get(actor);
  }

  @Patch('motion_settings')
  @Permit('telemetry_engine.motion_setting.write')
  @DescribesIfMatch()
  @Returns(MotionSettingsView, { about: 'Counts for samples read from now on.' })
  amend(@By() actor: Actor, @Body() body: AmendMotionSettingsBody, @IfMatch() version: number | undefined): Promise<MotionSettingsView> {
    return this.settings.amend(actor, body, version);
  }

  @Get(':vehicle_id/speed_limit')
  @Permit('telemetry_engine.motion_setting.read')
  @Returns(SpeedLimitView)
  speedLimit(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<SpeedLimitView> {
    return this.settings.speedLimit(actor, id);
  }

  @Put(':vehicle_id/speed_limit')
  @Permit('telemetry_engine.motion_setting.write')
  @Returns(SpeedLimitView)
  limit(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: SpeedLimitBody): Promise<SpeedLimitView> {
    return this.settings.limit(actor, id, body.limit_kmh);
  }
}
