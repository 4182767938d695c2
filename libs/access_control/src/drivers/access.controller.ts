import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns } from '@fleet/platform/http';
import { AccessStatusView, RentalStatusView } from './access.dto';
import { DriverAccess } from './driver-access.service';

@ApiTags('access_control')
@Controller('api/v1/access')
export class DriverAccessController {
  constructor(private readonly access: DriverAccess) {}

  @Get('my/status')
  @Permit('access_control.self.use')
  @Returns(AccessStatusView, { about: 'May I drive just now, and why not.' })
  mine(@By() actor: Actor): Promise<AccessStatusView> {
    return this.access.mine(actor);
  }

  @Get(':driver_id/status')
  @Permit('access_control.access.read')
  @Returns(AccessStatusView, { about: 'Allowed or denied just now, with every reason and the facts behind it.' })
  status(@By() actor: Actor, @Id('driver_id') id: string): Promise<AccessStatusView> {
    return this.access.status(actor, id);
  }

  @Get(':vehicle_id/rental_status')
  @Permit('access_control.access.read')
  @Returns(RentalStatusView)
  rental(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<RentalStatusView> {
    return this.access.rental(actor, id);
  }
}
