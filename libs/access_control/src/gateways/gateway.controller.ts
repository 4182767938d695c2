import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, IfMatch, Returns, ReturnsList, ReturnsNothing, type Page } from '@fleet/platform/http';
import { GatewayView, TracksolidAccessBody, WialonAccessBody } from './gateway.dto';
import { Gateways } from './gateway.service';

@ApiTags('access_control')
@Controller('api/v1/access/gateways')
export class GatewayController {
  constructor(private readonly gateways: Gateways) {}

  @Get()
  @Permit('access_control.gateway.read')
  @ReturnsList(GatewayView, { about: 'Without what is secret.' })
  list(@By() actor: Actor): Promise<Page<GatewayView>> {
    return this.gateways.list(actor);
  }

  @Put('vialon_relay')
  @Permit('access_control.gateway.write', { steppedUp: true })
  @DescribesIfMatch()
  @Returns(GatewayView)
  wialon(@By() actor: Actor, @Body() { base_url, token }: WialonAccessBody, @IfMatch() version: number | undefined): Promise<GatewayView> {
    return this.gateways.keep(actor, 'vialon_relay', base_url, { token }, version);
  }

  @Delete('vialon_relay')
  @Permit('access_control.gateway.write', { steppedUp: true })
  @ReturnsNothing()
  withoutWialon(@By() actor: Actor): Promise<void> {
    return this.gateways.remove(actor, 'vialon_relay');
  }

  @Put('tracksolid')
  @Permit('access_control.gateway.write', { steppedUp: true })
  @DescribesIfMatch()
  @Returns(GatewayView)
  tracksolid(@By() actor: Actor, @Body() { base_url, ...secret }: TracksolidAccessBody, @IfMatch() version: number | undefined): Promise<GatewayView> {
    return this.gateways.keep(actor, 'tracksolid', base_url, secret, version);
  }

  @Delete('tracksolid')
  @Permit('access_control.gateway.write', { steppedUp: true })
  @ReturnsNothing()
  withoutTracksolid(@By() actor: Actor): Promise<void> {
    return this.gateways.remove(actor, 'tracksolid');
  }
}
