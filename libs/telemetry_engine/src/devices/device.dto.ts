import { Flag, Instant, Int, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';

export const deviceIdShape = /^[A-Za-z0-9_.:-]{3,64}$/;

export const protocols = ['wialon_ips', 'wialon_retranslator', 'teltonika', 'osmand', 'traccar', 'http'] as const;
const short: Record<string, (typeof protocols)[number]> = { ips: 'wialon_ips', retranslator: 'wialon_retranslator' };

/** One name for each protocol, whatever it is called in a settings file. */
export const protocolName = (said: string): string => short[said.toLowerCase()] ?? said.toLowerCase();

const password = { min: 4, max: 64, pattern: /^[\x21-\x7e]+$/, says: 'password must be 4 to 64 printable characters without blanks' };

export class RegisterDeviceBody {
  @Text({ min: 3, max: 64, pattern: deviceIdShape, says: 'device_id must be an IMEI or the name the device reports', example: '353173060000001' }) device_id: string;
  @OneOf([...protocols, ...Object.keys(short)], { about: 'What it speaks. It is let in by this protocol only.' }) protocol: string;
  @Text({ ...password, optional: true, about: 'What the device sends when it connects. Without one the id alone lets it in.' }) password?: string;
}

export class RotatePasswordBody {
  @Text({ ...password, optional: true, about: 'A random one is made unless said.' }) password?: string;
}

export class DisableDeviceBody {
  @Text({ optional: true, max: 500 }) reason?: string;
}

export class DeviceView {
  @Text() device_id: string;
  @OneOf(protocols) protocol: string;
  @Flag() has_password: boolean;
  @Flag({ about: 'Heard within the last ten minutes.' }) talking: boolean;
  @Instant({ nullable: true }) last_heard_at: Date | null;
  @Text({ nullable: true, about: 'Why it was refused or a sample of it set aside, the last time.' }) last_reject_reason: string | null;
  @Instant({ nullable: true }) last_rejected_at: Date | null;
  @Uuid({ nullable: true, about: 'The vehicle it is in now.' }) vehicle_id: string | null;
  @Instant({ nullable: true }) disabled_at: Date | null;
  @Instant() created_at: Date;
  @Int() version: number;
}

export class DevicePasswordView {
  @Text() device_id: string;
  @Text({ about: 'Shown once.' }) password: string;
}

export class DevicesQuery extends ListQuery {
  @Text({ optional: true, max: 64, about: 'Beginning of the device id.' }) q?: string;
  @OneOf(protocols, { optional: true }) protocol?: string;
  @Flag({ optional: true, fromText: true, about: 'Only those that talk, or only those that do not.' }) talking?: boolean;
}
