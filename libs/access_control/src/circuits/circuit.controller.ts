import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, ReturnsNothing, type Page } from '@fleet/platform/http';
import { CircuitsQuery, CircuitView, InstallCircuitBody } from './circuit.dto';
import { Circuits } from './circuit.service';

@ApiTags('access_control')
@Controller('api/v1/access')
export class CircuitController {
  constructor(private readonly circuits: Circuits) {}

  @Get('circuits')
  @Permit('access_control.circuit.read')
  @ReturnsList(CircuitView)
  list(@By() actor: Actor, @Query() query: CircuitsQuery): Promise<Page<CircuitView>> {
    return this.circuits.list(actor, query);
  }

  @Get(':vehicle_id/circuit')
  @Permit('access_control.circuit.read')
  @Returns(CircuitView)
  get(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<CircuitView> {
    return this.circuits.get(actor, id);
  }

  @Put(':vehicle_id/circuit')
  @Permit('access_control.circuit.write', { steppedUp: true })
  @DescribesIfMatch()
  @Returns(CircuitView)
  install(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: InstallCircuitBody, @IfMatch() version: number | undefined): Promise<CircuitView> {
    return this.circuits.install(actor, id, body, version);
  }

  @Delete(':vehicle_id/circuit')
  @Permit('access_control.circuit.write', { steppedUp: true })
  @ReturnsNothing()
  remove(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<void> {
    return this.circuits.remove(actor, id);
  }
}
