import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counts } from '../../apps/simulator/src/devices/counts';
import type { Faults } from '../../apps/simulator/src/devices/faults';
import { Ledger } from '../../apps/simulator/src/devices/ledger';
import { inventFleet } from '../../apps/simulator/src/fleet/invent';
import { Player } from '../../apps/simulator/src/fleet/player';
import type { WayToTalk } from '../../libs/telemetry_engine/src/play';
import { ipsProtocol } from '../../libs/telemetry_engine/src/listen/ips-session';
import { retranslatorProtocol } from '../../libs/telemetry_engine/src/listen/retranslator-session';
import type { Protocol } from '../../libs/telemetry_engine/src/listen/session';
import { teltonikaProtocol } from '../../libs/telemetry_engine/src/listen/teltonika-session';
import { UdpListener } from '../../libs/telemetry_engine/src/listen/udp-listener';
import { bench, pause, unplugged, until, type Bench } from '../support/fake-sink';

const protocols: Partial<Record<WayToTalk, Protocol>> = { 'ips_2.0': ipsProtocol(), 'ips_1.1': ipsProtocol(), teltonika: teltonikaProtocol, retranslator: retranslatorProtocol };
const folder = mkdtempSync(join(tmpdir(), 'fleet-simulator-'));
let stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  stops = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Played {
  counts: Counts;
  player: Player;
  shouts: string[];
}

function play(way: WayToTalk, port: number, { vehicles = 6, faults = {} as Faults, ledger = undefined as string | undefined, pastMs = 0 } = {}): Played {
  const counts = new Counts();
  const shouts: string[] = [];
  const book = ledger === undefined ? undefined : new Ledger(ledger);
  const player = new Player({
    fleet: inventFleet(5, vehicles, [way]),
    targets: { host: '127.0.0.1', ips: port, teltonika: port, retranslator: port },
    interval_s: 1,
    steady: true,
    faults,
    counts,
    ...(book ? { ledger: book } : {}),
    grainMs: 50,
    startMs: Date.now() - pastMs,
    shout: (message) => shouts.push(message),
  });
  player.start();
  stops.push(() => {
    player.close();
    book?.close();
  });
  return { counts, player, shouts };
}

async function listen(way: WayToTalk): Promise<Bench> {
  const open = await bench(protocols[way] as Protocol);
  stops.push(() => open.stop());
  return open;
}

const ways = Object.keys(protocols) as WayToTalk[];

describe.each(ways)('%s', (way) => {
  it('delivers what the vehicles report, once, and hears that it was taken', async () => {
    const { sink, listener } = await listen(way);
    const { counts, player } = play(way, listener.port as number);
    await until(() => counts.acknowledged >= 12, 10_000);
    expect(await player.drain(5_000)).toBe(0);
    expect(counts.acknowledged).toBe(counts.reported);
    expect(sink.stored.size).toBe(counts.reported);
    expect(counts).toMatchObject({ refused: 0, resent: 0, reconnects: 0, waiting: 0 });
    const one = [...sink.stored.values()].at(-1)?.sample;
    expect(one).toMatchObject({ ignition: expect.any(Boolean), odometer_km: expect.any(Number), voltage_v: expect.any(Number), outputs: 0 });
    expect(Math.abs((one?.lat ?? 0) + 1.2864)).toBeLessThan(0.1);
    expect(counts.percentile(0.5)).toBeLessThan(2_000);
  });

  it('tells the past from its black box', async () => {
    const { sink, listener } = await listen(way);
    const { counts, player } = play(way, listener.port as number, { vehicles: 2, pastMs: 300_000 });
    await until(() => counts.reported > 590, 10_000);
    expect(await player.drain(10_000)).toBe(0);
    expect(sink.stored.size).toBe(counts.reported);
  });

  it('keeps everything while nothing is stored, and brings it when it is', async () => {
    const { sink, listener } = await listen(way);
    sink.failing = true;
    const { counts, player } = play(way, listener.port as number, { vehicles: 2 });
    await until(() => counts.reported >= 4, 8_000);
    expect(counts.acknowledged).toBe(0);
    sink.failing = false;
    expect(await player.drain(12_000)).toBe(0);
    expect(sink.stored.size).toBe(counts.reported);
    expect(counts.resent).toBeGreaterThan(0);
  });
});

describe('UDP', () => {
  it('is answered datagram by datagram; what nobody answers is sent again', async () => {
    const { wiring, sink } = unplugged();
    const listener = new UdpListener(wiring);
    await listener.listen(0, '127.0.0.1');
    stops.push(() => listener.stop());
    const { counts, player } = play('ips_udp', listener.port as number, { vehicles: 4, pastMs: 20_000 });
    await until(() => counts.acknowledged >= 60, 10_000);
    expect(await player.drain(8_000)).toBe(0);
    expect(sink.stored.size).toBe(counts.reported);
  });
});

describe('commands', () => {
  const forms = { 'ips_2.0': 'ips_text', 'ips_1.1': 'ips_text', teltonika: 'teltonika_codec12' } as const;
  const cut = { 'ips_2.0': '#setout1=1#', 'ips_1.1': 'OUTPUT0=1', teltonika: 'setdigout 1 ? 5' } as const;
  const release = { 'ips_2.0': '#setout1=0#', 'ips_1.1': 'OUTPUT0=0', teltonika: 'setdigout 0' } as const;
  const status = { 'ips_2.0': 'getinfo', 'ips_1.1': 'getstatus', teltonika: 'getinfo' } as const;

  it.each(Object.keys(forms) as (keyof typeof forms)[])('%s: cut, told and shown; released again', async (way) => {
    const { sink, links, listener } = await listen(way);
    const { player, counts } = play(way, listener.port as number, { vehicles: 1 });
    await until(() => links.size === 1 && sink.stored.size > 0, 5_000);
    const id = player.devices[0]!.id;
    const last = () => [...sink.stored.values()].at(-1)?.sample;
    const send = (text: string) => links.send(id, { form: forms[way], text, timeoutMs: 2_000 });
    expect(await send(cut[way])).toMatchObject({ kind: 'answered', text: expect.stringContaining('DOUT1:ON') });
    await until(() => ((last()?.outputs ?? 0) & 1) === 1, 3_000);
    expect(last()?.ignition).toBe(false);
    expect(await send(status[way])).toMatchObject({ text: expect.stringContaining('DOUT1:1') });
    expect(await send(release[way])).toMatchObject({ text: expect.stringContaining('DOUT1:OFF') });
    await until(() => ((last()?.outputs ?? 1) & 1) === 0, 3_000);
    expect(await send('open sesame')).toMatchObject({ text: expect.stringContaining('ERR') });
    expect(counts).toMatchObject({ commands: 4, hazards: 0 });
    // The words of a device are a report too in IPS: they were kept and are not counted as one.
    expect(await player.drain(3_000)).toBe(0);
    expect(counts.acknowledged).toBe(counts.reported);
  });

  it('that cut a moving vehicle are shouted about', async () => {
    const { links, listener } = await listen('teltonika');
    const { player, counts, shouts } = play('teltonika', listener.port as number, { vehicles: 1 });
    await until(() => links.size === 1, 5_000);
    const { id, vehicle } = player.devices[0]!;
    for (let at = Date.now(); vehicle.speedKmh < 30; ) vehicle.advance((at += 1_000));
    const text = async (command: string): Promise<string> => JSON.stringify(await links.send(id, { form: 'teltonika_codec12', text: command, timeoutMs: 2_000 }));
    expect(await text('setdigout 1 ? 5')).toContain('Speed is above threshold, queued');
    expect(vehicle.cut).toBe(false);
    expect(await text('setdigout 1')).toContain('DOUT1:ON');
    expect(counts.hazards).toBe(1);
    expect(shouts).toEqual([expect.stringMatching(/^HAZARD: the engine of 35999\d+ was cut at [3-9]\d km\/h$/)]);
  });

  it.each([
    ['no_answer', 'no_answer', true],
    ['late_answer', 'no_answer', true],
    ['drop_command', 'link_lost', false],
  ])('fail on request: %s', async (fault, kind, obeyed) => {
    const { links, listener } = await listen('ips_2.0');
    const { player } = play('ips_2.0', listener.port as number, { vehicles: 1, faults: { [fault]: 1 } });
    await until(() => links.size === 1, 5_000);
    const { id, vehicle } = player.devices[0]!;
    expect(await links.send(id, { form: 'ips_text', text: 'OUTPUT0=1', timeoutMs: 400 })).toMatchObject({ kind });
    expect(vehicle.cut).toBe(obeyed);
  });
});

describe('faults', () => {
  const acknowledgedIn = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { device_id: string; at_ms: number }).map(({ device_id, at_ms }) => `${device_id} ${at_ms}`);

  async function endure(way: WayToTalk): Promise<void> {
    const { sink, listener } = await listen(way);
    const ledger = join(folder, `${way}.ndjson`);
    const faults: Faults = { duplicate: 0.2, reorder: 0.2, offline: 0.05, garbage: 0.1, drop: 0.1, slow: 0.3, skew: 0.5 };
    const { counts, player } = play(way, listener.port as number, { vehicles: 8, faults, ledger });
    await pause(4_000);
    expect(await player.drain(15_000)).toBe(0);
    player.close();
    await pause(600);
    const acknowledged = acknowledgedIn(ledger);
    expect(acknowledged.length).toBe(counts.acknowledged);
    expect(new Set(acknowledged).size).toBe(counts.reported);
    for (const key of acknowledged) expect(sink.stored.has(key)).toBe(true);
    expect(sink.stored.size).toBe(counts.reported);
    expect(counts.garbage + counts.duplicates + counts.resent).toBeGreaterThan(3);
    expect(new Set([...sink.stored.values()].map(({ sample }) => Math.round((sample.at_ms - Date.now()) / 60_000))).size).toBeGreaterThan(2);
  }

  it('all at once lose nothing that was acknowledged, over any protocol', () => Promise.all(ways.map(endure)));
});
