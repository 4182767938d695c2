import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsRaw } from '@fleet/platform/http';
import { ErasureRequests } from './erasure-requests';
import { PersonalData } from './personal-data';
import { ErasureRequestView, ExecuteErasureBody } from './privacy.dto';

@ApiTags('driver_module')
@Controller('api/v1/driver_module/drivers/:driver_id')
export class PrivacyController {
  constructor(
    private readonly requests: ErasureRequests,
    private readonly personalData: PersonalData,
  ) {}

  @Get('personal_data')
  @Permit('driver_module.privacy.export')
  @ReturnsRaw('application/json', { about: 'Everything kept about the person. That it was taken is recorded.' })
  async data(@By() actor: Actor, @Id('driver_id') id: string, @Res() res: Response): Promise<void> {
    await this.personalData.send(actor, id, res);
  }

  @Post('erasure')
  @Permit('driver_module.privacy.request')
  @Returns(ErasureRequestView, { status: 201, about: 'Nothing is erased yet: read the report.' })
  ask(@By() actor: Actor, @Id('driver_id') id: string): Promise<ErasureRequestView> {
    return this.requests.ask(actor, id);
  }

  @Get('erasure')
  @Permit('driver_module.privacy.request')
  @Returns(ErasureRequestView)
  get(@By() actor: Actor, @Id('driver_id') id: string): Promise<ErasureRequestView> {
    return this.requests.get(actor, id);
  }

  @Post('erasure/withdraw')
  @Permit('driver_module.privacy.request')
  @Returns(ErasureRequestView)
  withdraw(@By() actor: Actor, @Id('driver_id') id: string): Promise<ErasureRequestView> {
    return this.requests.withdraw(actor, id);
  }

  @Post('erasure/execute')
  @Permit('driver_module.privacy.erase')
  @Returns(ErasureRequestView)
  execute(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: ExecuteErasureBody): Promise<ErasureRequestView> {
    return this.requests.execute(actor, id, body.confirm_driver_no);
  }
}
