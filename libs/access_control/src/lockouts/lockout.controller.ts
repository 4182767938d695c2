import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { ExtendLockoutBody, LiftLockoutBody, LockoutLogView, LockoutsQuery, LockoutView, OpenLockoutBody } from './lockout.dto';
import { Lockouts } from './lockout.service';

@ApiTags('access_control')
@Controller('api/v1/access/lockouts')
export class LockoutController {
  constructor(private readonly lockouts: Lockouts) {}

  @Get()
  @Permit('access_control.lockout.read')
  @ReturnsList(LockoutView, { about: 'Latest first.' })
  list(@By() actor: Actor, @Query() query: LockoutsQuery): Promise<Page<LockoutView>> {
    return this.lockouts.list(actor, query);
  }

  @Post()
  @Permit('access_control.lockout.write')
  @Returns(LockoutView, { status: 201 })
  open(@By() actor: Actor, @Body() body: OpenLockoutBody): Promise<LockoutView> {
    return this.lockouts.open(actor, body);
  }

  @Get(':lockout_id')
  @Permit('access_control.lockout.read')
  @Returns(LockoutView)
  get(@By() actor: Actor, @Id('lockout_id') id: string): Promise<LockoutView> {
    return this.lockouts.get(actor, id);
  }

  @Get(':lockout_id/log')
  @Permit('access_control.lockout.read')
  @ReturnsList(LockoutLogView, { about: 'What happened to it, in order.' })
  log(@By() actor: Actor, @Id('lockout_id') id: string): Promise<Page<LockoutLogView>> {
    return this.lockouts.log(actor, id);
  }

  @Post(':lockout_id/extend')
  @Permit('access_control.lockout.write')
  @Returns(LockoutView)
  extend(@By() actor: Actor, @Id('lockout_id') id: string, @Body() body: ExtendLockoutBody): Promise<LockoutView> {
    return this.lockouts.extend(actor, id, body);
  }

  @Post(':lockout_id/lift')
  @Permit('access_control.lockout.write')
  @Returns(LockoutView)
  lift(@By() actor: Actor, @Id('lockout_id') id: string, @Body() body: LiftLockoutBody): Promise<LockoutView> {
    return this.lockouts.lift(actor, id, body.reason);
  }
}
