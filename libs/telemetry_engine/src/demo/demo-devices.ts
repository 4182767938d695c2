import type { KnownVehicle } from '@fleet/transport_registry';
import type { Part, PlayedDevice, WayToTalk } from './played-fleet';

/** Of ten devices most are common trackers by TCP; each other way to talk has one or two. */
const ways: WayToTalk[] = ['ips_2.0', 'teltonika', 'ips_2.0', 'ips_1.1', 'retranslator', 'ips_2.0', 'teltonika', 'ips_udp', 'ips_2.0', 'http'];

/** Which part the n-th vehicle plays: those in service work, one of them is silent and one has a bad receiver. */
function partOf(vehicle: KnownVehicle, n: number): Part {
  if (n === 8) return 'silent';
  if (n === 5) return 'bad_gps';
  return vehicle.status === 'active' ? 'works' : 'parked';
}

export function demoDevice(vehicle: KnownVehicle, deviceId: string, n: number, yard: number, password: (way: WayToTalk) => string | undefined): PlayedDevice {
  const way = ways[n % ways.length] as WayToTalk;
  const body = vehicle.department === 'Logistics' ? 'truck' : vehicle.department === 'Shuttle' ? 'van' : 'car';
  const secret = password(way);
  return { device_id: deviceId, way, ...(secret === undefined ? {} : { password: secret }), part: partOf(vehicle, n), body, tank_l: vehicle.tank_capacity_l, odometer_km: vehicle.odometer_km ?? 10_000, yard };
}
