import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, ListQuery, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { BindDeviceBody, BindingsQuery, DeviceBindingView, EndBindingBody } from './device.dto';
import { DeviceService } from './device.service';

@ApiTags('transport_registry')
@Controller('api/v1/transport_registry')
export class DeviceController {
  constructor(private readonly devices: DeviceService) {}

  @Get('devices')
  @Permit('transport_registry.device.read')
  @ReturnsList(DeviceBindingView)
  list(@By() actor: Actor, @Query() query: BindingsQuery): Promise<Page<DeviceBindingView>> {
    return this.devices.list(actor, query);
  }

  @Get(':vehicle_id/devices')
  @Permit('transport_registry.device.read')
  @ReturnsList(DeviceBindingView)
  ofVehicle(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: ListQuery): Promise<Page<DeviceBindingView>> {
    return this.devices.ofVehicle(actor, id, query);
  }

  @Post(':vehicle_id/devices')
  @Permit('transport_registry.device.write')
  @Returns(DeviceBindingView, { status: 201 })
  bind(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: BindDeviceBody): Promise<DeviceBindingView> {
    return this.devices.bind(actor, id, body.device_id, body.from ? new Date(body.from) : undefined);
  }

  @Post(':vehicle_id/devices/:binding_id/end')
  @Permit('transport_registry.device.write')
  @Returns(DeviceBindingView)
  end(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('binding_id') bindingId: string, @Body() body: EndBindingBody): Promise<DeviceBindingView> {
    return this.devices.end(actor, id, bindingId, body.to ? new Date(body.to) : undefined);
  }
}
