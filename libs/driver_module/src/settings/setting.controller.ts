import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, IfMatch, Returns } from '@fleet/platform/http';
import { AmendSettingsBody, SettingsView } from './setting.dto';
import { DriverSettings } from './setting.service';

@ApiTags('driver_module')
@Controller('api/v1/driver_module/settings')
export class DriverSettingsController {
  constructor(private readonly settings: DriverSettings) {}

  @Get()
  @Permit('driver_module.setting.read')
  @Returns(SettingsView)
  get(@By() actor: Actor): Promise<SettingsView> {
    return this.settings.get(actor);
  }

  @Patch()
  @Permit('driver_module.setting.write')
  @DescribesIfMatch()
  @Returns(SettingsView)
  amend(@By() actor: Actor, @Body() body: AmendSettingsBody, @IfMatch() version: number | undefined): Promise<SettingsView> {
    return this.settings.amend(actor, body, version);
  }
}
