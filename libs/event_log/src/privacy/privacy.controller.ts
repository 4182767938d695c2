import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsRaw } from '@fleet/platform/http';
import { PersonalEvents } from './personal-events';
import { Retention } from './retention';
import { RetentionView } from './retention.dto';

@ApiTags('event_log')
@Controller('api/v1/event_log')
export class EventPrivacyController {
  constructor(
    private readonly personal: PersonalEvents,
    private readonly retention: Retention,
  ) {}

  @Get('driver/:driver_id/personal_data')
  @Permit('event_log.privacy.export')
  @ReturnsRaw('application/json', { about: 'Every event kept about the person. That it was taken is recorded.' })
  async data(@By() actor: Actor, @Id('driver_id') id: string, @Res() res: Response): Promise<void> {
    await this.personal.sendOf(actor, id, res);
  }

  @Get('retention')
  @Permit('event_log.retention.read')
  @Returns(RetentionView, { about: 'What is older than the seven years that records are kept.' })
  kept(@By() actor: Actor): Promise<RetentionView> {
    return this.retention.of(actor);
  }
}
