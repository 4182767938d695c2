import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { DriverService } from '../drivers/driver.service';
import { AssignmentGate } from './assignment-gate';
import { ShiftCorrections } from './correction.service';
import { Handover } from './handover.service';
import { DriverHours } from './hours.service';
import { ShiftPlanning } from './planning.service';
import {
  AssignmentQuery,
  AssignmentView,
  CancelShiftBody,
  CheckInBody,
  CheckOutBody,
  CorrectShiftBody,
  HoursOfDriverView,
  HoursQuery,
  PlanShiftBody,
  ReplanShiftBody,
  ShiftCorrectionView,
  ShiftQuery,
  ShiftView,
  StartShiftBody,
} from './shift.dto';
import { ShiftStore } from './shift.store';

@ApiTags('driver_module')
@Controller('api/v1/driver_module')
export class ShiftController {
  constructor(
    private readonly db: Db,
    private readonly drivers: DriverService,
    private readonly store: ShiftStore,
    private readonly planning: ShiftPlanning,
    private readonly handover: Handover,
    private readonly corrections: ShiftCorrections,
    private readonly gate: AssignmentGate,
    private readonly hours: DriverHours,
  ) {}

  @Get('shifts')
  @Permit('driver_module.shift.read')
  @ReturnsList(ShiftView, { about: 'Latest first.' })
  list(@By() actor: Actor, @Query() query: ShiftQuery): Promise<Page<ShiftView>> {
    return this.db.read(actor, async (tx) => {
      const page = await this.store.page(tx, query, query.driver_id && (await this.drivers.find(tx, query.driver_id)).id);
      return { ...page, items: await this.store.views(tx, page.items) };
    });
  }

  @Get('assignments/preview')
  @Permit('driver_module.shift.read')
  @Returns(AssignmentView, { about: 'What speaks against giving this driver this vehicle.' })
  preview(@By() actor: Actor, @Query() query: AssignmentQuery): Promise<AssignmentView> {
    return this.gate.preview(actor, query);
  }

  @Get('shifts/:shift_id')
  @Permit('driver_module.shift.read')
  @Returns(ShiftView)
  get(@By() actor: Actor, @Id('shift_id') id: string): Promise<ShiftView> {
    return this.db.read(actor, async (tx) => this.store.view(tx, await this.store.find(tx, id)));
  }

  @Post('shifts')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView, { status: 201, about: 'Planned. When the driver takes the vehicle, check in.' })
  plan(@By() actor: Actor, @Body() body: PlanShiftBody): Promise<ShiftView> {
    return this.planning.plan(actor, body);
  }

  @Patch('shifts/:shift_id')
  @Permit('driver_module.shift.write')
  @DescribesIfMatch()
  @Returns(ShiftView)
  replan(@By() actor: Actor, @Id('shift_id') id: string, @Body() body: ReplanShiftBody, @IfMatch() version: number | undefined): Promise<ShiftView> {
    return this.planning.replan(actor, id, body, version);
  }

  @Post('shifts/check_in')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView, { status: 201, about: 'Begins a shift nobody planned.' })
  start(@By() actor: Actor, @Body() body: StartShiftBody): Promise<ShiftView> {
    return this.handover.start(actor, body);
  }

  @Post('shifts/:shift_id/check_in')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView)
  startPlanned(@By() actor: Actor, @Id('shift_id') id: string, @Body() body: CheckInBody): Promise<ShiftView> {
    return this.handover.startPlanned(actor, id, body);
  }

  @Post('shifts/:shift_id/check_out')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView)
  end(@By() actor: Actor, @Id('shift_id') id: string, @Body() body: CheckOutBody): Promise<ShiftView> {
    return this.handover.end(actor, id, body);
  }

  @Post('shifts/:shift_id/cancel')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView)
  cancel(@By() actor: Actor, @Id('shift_id') id: string, @Body() body: CancelShiftBody): Promise<ShiftView> {
    return this.planning.cancel(actor, id, body.reason);
  }

  @Post('shifts/:shift_id/correct')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView)
  correct(@By() actor: Actor, @Id('shift_id') id: string, @Body() body: CorrectShiftBody): Promise<ShiftView> {
    return this.corrections.correct(actor, id, body);
  }

  @Post('shifts/:shift_id/void')
  @Permit('driver_module.shift.write')
  @Returns(ShiftView, { about: 'It did not take place. It stays in the list as cancelled.' })
  void(@By() actor: Actor, @Id('shift_id') id: string, @Body() body: CancelShiftBody): Promise<ShiftView> {
    return this.corrections.void(actor, id, body.reason);
  }

  @Get('shifts/:shift_id/corrections')
  @Permit('driver_module.shift.read')
  @ReturnsList(ShiftCorrectionView)
  async correctionsOf(@By() actor: Actor, @Id('shift_id') id: string): Promise<Page<ShiftCorrectionView>> {
    return { items: await this.corrections.list(actor, id), next_cursor: null };
  }

  @Get('drivers/:driver_id/hours')
  @Permit('driver_module.shift.read')
  @Returns(HoursOfDriverView)
  hoursOf(@By() actor: Actor, @Id('driver_id') id: string, @Query() query: HoursQuery): Promise<HoursOfDriverView> {
    return this.hours.of(actor, id, query);
  }
}
