import { Instant, ListQuery, Text, Uuid } from '@fleet/platform/http';

export class BindDeviceBody {
  @Text({ min: 3, max: 64, pattern: /^[\w.:-]+$/, says: 'device_id must be an IMEI or the name the device reports', example: '353173060000001' }) device_id: string;
  @Instant({ optional: true, about: 'Since when it is in the vehicle; now unless said.' }) from?: string;
}

export class EndBindingBody {
  @Instant({ optional: true, about: 'When it was taken out; now unless said.' }) to?: string;
}

export class DeviceBindingView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text() device_id: string;
  @Instant() from: Date;
  @Instant({ nullable: true, about: 'null while it is in the vehicle.' }) to: Date | null;
  @Text() bound_by: string;
}

export class BindingsQuery extends ListQuery {
  @Text({ optional: true, max: 64 }) device_id?: string;
}
