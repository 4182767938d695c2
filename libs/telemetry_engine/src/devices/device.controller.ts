import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { DevicePasswordView, DevicesQuery, DeviceView, DisableDeviceBody, RegisterDeviceBody, RotatePasswordBody } from './device.dto';
import { Devices } from './device.service';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/devices')
export class TelemetryDeviceController {
  constructor(private readonly devices: Devices) {}

  @Post()
  @Permit('telemetry_engine.device.write')
  @Returns(DeviceView, { status: 201 })
  async register(@By() actor: Actor, @Body() body: RegisterDeviceBody, @Res({ passthrough: true }) res: Response): Promise<DeviceView> {
    const device = await this.devices.register(actor, body);
    res.setHeader('location', `/api/v1/telemetry/devices/${device.device_id}`);
    return device;
  }

  @Get()
  @Permit('telemetry_engine.device.read')
  @ReturnsList(DeviceView)
  list(@By() actor: Actor, @Query() query: DevicesQuery): Promise<Page<DeviceView>> {
    return this.devices.list(actor, query);
  }

  @Get(':device_id')
  @Permit('telemetry_engine.device.read')
  @Returns(DeviceView)
  get(@By() actor: Actor, @Param('device_id') deviceId: string): Promise<DeviceView> {
    return this.devices.get(actor, deviceId);
  }

  @Post(':device_id/password')
  @Permit('telemetry_engine.device.write')
  @Returns(DevicePasswordView, { about: 'The old password stops at once.' })
  rotatePassword(@By() actor: Actor, @Param('device_id') deviceId: string, @Body() body: RotatePasswordBody): Promise<DevicePasswordView> {
    return this.devices.rotatePassword(actor, deviceId, body.password);
  }

  @Post(':device_id/disable')
  @Permit('telemetry_engine.device.write')
  @Returns(DeviceView)
  disable(@By() actor: Actor, @Param('device_id') deviceId: string, @Body() body: DisableDeviceBody): Promise<DeviceView> {
    return this.devices.disable(actor, deviceId, body.reason);
  }

  @Post(':device_id/enable')
  @Permit('telemetry_engine.device.write')
  @Returns(DeviceView)
  enable(@By() actor: Actor, @Param('device_id') deviceId: string): Promise<DeviceView> {
    return this.devices.enable(actor, deviceId);
  }
}
