import { parseArgs } from 'node:util';
import { waysToTalk, type WayToTalk } from '@fleet/telemetry_engine/play';
import { faultNames, readFaults, type Faults } from '../devices/faults';

export interface SimulateOptions {
  vehicles: number;
  interval_s: number;
  /** One way for all, or a mix. */
  ways: WayToTalk[];
  host: string;
  ips: number;
  retranslator: number;
  teltonika: number;
  url: string | undefined;
  token: string | undefined;
  dataDir: string | undefined;
  faults: Faults;
  seed: number;
  seconds: number;
  workers: number;
  ledger: string | undefined;
  fleetFile: string | undefined;
  prepare: boolean;
  drive: boolean;
}

const shortNames: Record<string, WayToTalk[]> = {
  ips: ['ips_2.0'],
  ips1: ['ips_1.1'],
  udp: ['ips_udp'],
  mix: ['ips_2.0', 'teltonika', 'ips_1.1', 'ips_udp', 'retranslator'],
};

export const usage = `npm run simulate -- [options]
  --vehicles N       how many (100)
  --interval S       seconds between reports (10)
  --protocol P       ips, ips1, udp, retranslator, teltonika, http or mix (ips)
  --host H           where the server listens (127.0.0.1)
  --port N           its port for that protocol; or --ips-port, --retranslator-port, --teltonika-port
  --seconds S        end after so long (until Ctrl-C)
  --seed N           another seed, another fleet (1)
  --workers N        processes to share the load (1)
  --faults LIST      name=chance,…: all, ${Object.keys(faultNames).join(', ')}
  --ledger FILE      write what was acknowledged, a JSON line each
  --drive            report as a tracker does: seldom when parked, at once when something happens
  --fleet FILE       play the devices of this file
  --prepare          first register vehicles and devices over the API, and write them to the fleet file
  --url U            of the API (http://localhost:3000)
  --token T          of an admin, for --prepare; of a program that may write samples, for http
  --data-dir D       sign in as the demo admin of this data directory instead`;

export function readOptions(args: string[]): SimulateOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args,
    options: {
      vehicles: text, interval: text, protocol: text, host: text, port: text, 'ips-port': text, 'retranslator-port': text, 'teltonika-port': text, seconds: text, seed: text,
      workers: text, faults: text, ledger: text, fleet: text, url: text, token: text, 'data-dir': text, prepare: flag, drive: flag, help: flag,
    },
  });
  if (values.help) return undefined;
  const ways = waysOf(values.protocol ?? 'ips');
  const port = (given: string | undefined, standard: number, way: string): number => whole('port', given ?? (ways[0]?.startsWith(way) ? values.port : undefined), standard, 1, 65_535);
  return {
    vehicles: whole('vehicles', values.vehicles, 100, 1, 1_000_000),
    interval_s: whole('interval', values.interval, 10, 1, 3_600),
    ways,
    host: values.host ?? '127.0.0.1',
    ips: port(values['ips-port'], 20_332, 'ips'),
    retranslator: port(values['retranslator-port'], 20_163, 'retranslator'),
    teltonika: port(values['teltonika-port'], 5_027, 'teltonika'),
    url: values.url?.replace(/\/$/, ''),
    token: values.token,
    dataDir: values['data-dir'],
    faults: readFaults(values.faults ?? ''),
    seed: whole('seed', values.seed, 1, 0, 2 ** 31),
    seconds: values.seconds === undefined ? Infinity : whole('seconds', values.seconds, 0, 0, 31_536_000),
    workers: whole('workers', values.workers, 1, 1, 64),
    ledger: values.ledger,
    fleetFile: values.fleet,
    prepare: values.prepare ?? false,
    drive: values.drive ?? false,
  };
}

function waysOf(name: string): WayToTalk[] {
  const ways = shortNames[name] ?? waysToTalk.filter((way) => way === name);
  if (ways.length === 0) throw new RangeError(`"${name}" is no protocol. There are: ${[...Object.keys(shortNames), ...waysToTalk].join(', ')}.`);
  return ways;
}

function whole(name: string, text: string | undefined, standard: number, min: number, max: number): number {
  const value = text === undefined ? standard : Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`--${name} is "${text}"; it must be a whole number from ${min} to ${max}.`);
}
