import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns } from '@fleet/platform/http';
import { ChecklistView, TickBody } from './checklist.dto';
import { Checklist } from './checklist.service';

@ApiTags('driver_module')
@Controller('api/v1/driver_module/drivers/:driver_id/checklist')
export class ChecklistController {
  constructor(private readonly checklist: Checklist) {}

  @Get()
  @Permit('driver_module.driver.read')
  @Returns(ChecklistView)
  get(@By() actor: Actor, @Id('driver_id') id: string): Promise<ChecklistView> {
    return this.checklist.get(actor, id);
  }

  @Put(':item')
  @Permit('driver_module.driver.write')
  @Returns(ChecklistView)
  tick(@By() actor: Actor, @Id('driver_id') id: string, @Param('item') item: string, @Body() body: TickBody): Promise<ChecklistView> {
    return this.checklist.tick(actor, id, item, body.done);
  }
}
