import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns } from '@fleet/platform/http';
import { EventView } from '../events/event.dto';
import { FineMoveBody, FineReasonBody } from './fine.dto';
import { FineDesk } from './fine-desk';

/** Fines are events of type `fine`: they are listed and reported there. */
@ApiTags('event_log')
@Controller('api/v1/event_log/fines/:fine_id')
export class FineController {
  constructor(private readonly fines: FineDesk) {}

  @Post('contest')
  @Permit('event_log.fine.write')
  @DescribesIfMatch()
  @Returns(EventView, { about: 'On behalf of the driver.' })
  contest(@By() actor: Actor, @Id('fine_id') id: string, @Body() body: FineReasonBody, @IfMatch() version?: number): Promise<EventView> {
    return this.fines.move(actor, id, 'contested', body.reason, version);
  }

  @Post('uphold')
  @Permit('event_log.fine.write')
  @DescribesIfMatch()
  @Returns(EventView, { about: 'The dispute was looked at; the fine stands.' })
  uphold(@By() actor: Actor, @Id('fine_id') id: string, @Body() body: FineReasonBody, @IfMatch() version?: number): Promise<EventView> {
    return this.fines.move(actor, id, 'upheld', body.reason, version);
  }

  @Post('charge')
  @Permit('event_log.fine.charge')
  @DescribesIfMatch()
  @Returns(EventView, { about: 'The driver it is attributed to owes it from now on.' })
  charge(@By() actor: Actor, @Id('fine_id') id: string, @Body() body: FineMoveBody, @IfMatch() version?: number): Promise<EventView> {
    return this.fines.move(actor, id, 'charged', body.reason, version);
  }

  @Post('pay')
  @Permit('event_log.fine.charge')
  @DescribesIfMatch()
  @Returns(EventView)
  pay(@By() actor: Actor, @Id('fine_id') id: string, @Body() body: FineMoveBody, @IfMatch() version?: number): Promise<EventView> {
    return this.fines.move(actor, id, 'paid', body.reason, version);
  }

  @Post('cancel')
  @Permit('event_log.fine.cancel')
  @DescribesIfMatch()
  @Returns(EventView, { about: 'A charge is reversed with it.' })
  cancel(@By() actor: Actor, @Id('fine_id') id: string, @Body() body: FineReasonBody, @IfMatch() version?: number): Promise<EventView> {
    return this.fines.move(actor, id, 'cancelled', body.reason, version);
  }
}
