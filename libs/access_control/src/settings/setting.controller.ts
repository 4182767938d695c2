import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, IfMatch, Returns } from '@fleet/platform/http';
import { AmendImmobilizingBody, ImmobilizingView, KillSwitchBody } from './setting.dto';
import { ImmobilizingSettings } from './setting.service';

@ApiTags('access_control')
@Controller('api/v1/access')
export class ImmobilizingSettingsController {
  constructor(private readonly settings: ImmobilizingSettings) {}

  @Get('settings')
  @Permit('access_control.setting.read')
  @Returns(ImmobilizingView)
  get(@By() actor: Actor): Promise<ImmobilizingView> {
    return this.settings.get(actor);
  }

  @Patch('settings')
  @Permit('access_control.setting.write', { steppedUp: true })
  @DescribesIfMatch()
  @Returns(ImmobilizingView)
  amend(@By() actor: Actor, @Body() body: AmendImmobilizingBody, @IfMatch() version: number | undefined): Promise<ImmobilizingView> {
    return this.settings.amend(actor, body, version);
  }

  @Post('kill_switch')
  @Permit('access_control.immobilization.stop')
  @Returns(ImmobilizingView, { about: 'From now on nothing is cut in the account; releases go on.' })
  stop(@By() actor: Actor, @Body() body: KillSwitchBody): Promise<ImmobilizingView> {
    return this.settings.stop(actor, body.reason);
  }

  @Post('kill_switch/off')
  @Permit('access_control.setting.write', { steppedUp: true })
  @Returns(ImmobilizingView)
  resume(@By() actor: Actor, @Body() body: KillSwitchBody): Promise<ImmobilizingView> {
    return this.settings.resume(actor, body.reason);
  }
}
