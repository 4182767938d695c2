/** How a played device talks. One registered protocol may be spoken in several ways. */
export const waysToTalk = ['ips_2.0', 'ips_1.1', 'ips_udp', 'retranslator', 'teltonika', 'http'] as const;
export type WayToTalk = (typeof waysToTalk)[number];

/** The protocol a device is registered with. */
export const registeredAs: Record<WayToTalk, string> = {
  'ips_2.0': 'wialon_ips',
  'ips_1.1': 'wialon_ips',
  ips_udp: 'wialon_ips',
  retranslator: 'wialon_retranslator',
  teltonika: 'teltonika',
  http: 'http',
};

/** Only these send a password; a device that has one is refused over any other way. */
export const hasPassword = (way: WayToTalk): boolean => way === 'ips_2.0' || way === 'ips_1.1';

export type Part = 'works' | 'parked' | 'silent' | 'bad_gps';

export interface PlayedDevice {
  device_id: string;
  way: WayToTalk;
  password?: string;
  part: Part;
  body: 'car' | 'van' | 'truck';
  /** null for one without a tank. */
  tank_l: number | null;
  odometer_km: number;
  /** Number of its yard in the city. */
  yard: number;
}

/** What the simulator needs to know, in a file that only its user may read: the passwords are of this installation alone. */
export interface PlayedFleet {
  /** Of this seeding: what the simulator remembers of another fleet is of no use. */
  id: string;
  seed: number;
  ingest_key?: { id: string; secret: string };
  devices: PlayedDevice[];
}

export const demoFleetFile = 'demo-devices.json';
