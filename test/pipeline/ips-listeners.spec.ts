import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createServer } from 'node:net';
import { ClockModule } from '@fleet/platform/clock';
import { CONFIG, readConfig, type Config } from '@fleet/platform/config';
import { Metrics } from '@fleet/platform/observability';
import { DeviceLinks } from '../../libs/telemetry_engine/src/listen/device-links';
import { ListenMetrics } from '../../libs/telemetry_engine/src/listen/listen-metrics';
import { Listeners } from '../../libs/telemetry_engine/src/listen/listeners';
import { ipsEncode } from '../../libs/telemetry_engine/src/protocols/wialon_ips/encoder';
import { teltonikaEncode } from '../../libs/telemetry_engine/src/protocols/teltonika/encoder';
import { encodeRetranslator } from '../../libs/telemetry_engine/src/protocols/wialon_retranslator/encoder';
import { DEVICE_GATE, SAMPLE_SINK } from '../../libs/telemetry_engine/src/sample';
import { FakeGate, FakeSink, Peer, until } from '../support/fake-sink';

const sample = { at_ms: Date.UTC(2026, 10, 26, 12), lat: 55.7, lon: 37.6, satellites: 9 };

async function start(settings: Record<string, string>) {
  const sink = new FakeSink();
  const config: Config = readConfig({ DATABASE_URL: 'postgres://none', FLEET_MASTER_KEYS: `k1:${'A'.repeat(43)}=`, IPS_PORT: '0', RETRANSLATOR_PORT: '0', TELTONIKA_PORT: '0', ...settings });
  @Module({
    imports: [ClockModule],
    providers: [Metrics, ListenMetrics, DeviceLinks, Listeners, { provide: CONFIG, useValue: config }, { provide: SAMPLE_SINK, useValue: sink }, { provide: DEVICE_GATE, useClass: FakeGate }],
  })
  class House {}
  const app = await NestFactory.createApplicationContext(House, { logger: false, abortOnError: false });
  return { app, sink, listeners: app.get(Listeners), links: app.get(DeviceLinks) };
}

it('opens a port for each protocol, and answers what is under way before it closes', async () => {
  const { app, sink, listeners, links } = await start({});
  const { ips, retranslator, teltonika, ips_udp } = listeners.ports;
  expect([ips, retranslator, teltonika, ips_udp].every((port) => port! > 0)).toBe(true);
  const [a, b, c] = await Promise.all([Peer.connect(ips!), Peer.connect(retranslator!), Peer.connect(teltonika!)]);
  a.send(ipsEncode.login('1.1', 'device1'));
  c.send(teltonikaEncode.login('356307042441013'));
  await until(() => links.size === 2);
  expect(links.all().map((link) => link.protocol).sort()).toEqual(['teltonika', 'wialon_ips']);
  sink.holding = true;
  a.send(ipsEncode.data('1.1', sample));
  b.send(encodeRetranslator('unit', sample));
  c.send(teltonikaEncode.avl(8, [sample]));
  await until(() => sink.held.length === 3);
  const closed = app.close();
  for (const one of sink.held) one.release();
  await closed;
  await Promise.all([a.isClosed(), b.isClosed(), c.isClosed()]);
  expect([a.text, b.text, c.text]).toEqual(['#AL#1\r\n#AD#1\r\n', '\x11', '\x01\0\0\0\x01']);
  await expect(Peer.connect(ips!)).rejects.toThrow();
  expect(links.size).toBe(0);
});

it('without the role there is no port', async () => {
  const { app, listeners } = await start({ FLEET_ROLES: 'api,worker' });
  expect(listeners.ports).toEqual({});
  await app.close();
});

it('a taken port is one clear error, and the other ports are free again', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => other.listen(0, () => resolve((other.address() as { port: number }).port)));
  await expect(start({ TELTONIKA_PORT: String(port) })).rejects.toThrow(`Devices cannot connect. TELTONIKA_PORT: port ${port} for Teltonika is taken by another program. Stop it or choose another port.`);
  await new Promise((resolve) => other.close(resolve));
  const { app } = await start({ TELTONIKA_PORT: String(port) });
  await app.close();
});
