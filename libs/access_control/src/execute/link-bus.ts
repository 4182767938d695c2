import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Notification, PoolClient } from 'pg';
import { Clock } from '@fleet/platform/clock';
import { Db } from '@fleet/platform/database';
import { DeviceLinks } from '@fleet/telemetry_engine';
import { Times } from './times';

type Message =
  | { say: 'who'; ask: string; from: string; device_id: string; account_id: string }
  | { say: 'here'; ask: string; to: string; instance: string }
  | { say: 'run'; to: string; account_id: string; command_id: string }
  | { say: 'sever'; to: string; account_id: string; device_id: string };

const channel = 'access_control';
const reconnectMs = 1_000;

/**
 * The processes of one house talk here about who holds which device. A process that cannot listen holds no device for others,
 * so what goes wrong here ends in "not connected", never in a command that is sent twice.
 */
@Injectable()
export class LinkBus implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly instance = randomUUID();
  private readonly log = new Logger('access');
  private readonly asked = new Map<string, (instance: string) => void>();
  private client: PoolClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private over = false;
  private carryOut: (accountId: string, commandId: string) => void = () => undefined;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly links: DeviceLinks,
    private readonly times: Times,
  ) {}

  onRun(carryOut: (accountId: string, commandId: string) => void): void {
    this.carryOut = carryOut;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  beforeApplicationShutdown(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.client?.release(true);
    this.client = undefined;
  }

  /** Whether this very process holds the device, and for this account. */
  holds(deviceId: string, accountId: string): boolean {
    return this.links.find(deviceId)?.account_id === accountId;
  }

  /** The process that holds a device; undefined when none says so in time. */
  async findHolder(deviceId: string, accountId: string): Promise<string | undefined> {
    if (!this.client) return undefined;
    const ask = randomUUID();
    return new Promise((resolve) => {
      const settle = (instance: string | undefined): void => {
        clearTimeout(timer);
        this.asked.delete(ask);
        resolve(instance);
      };
      const timer = setTimeout(() => settle(undefined), this.times.askMs);
      this.asked.set(ask, settle);
      this.tell({ say: 'who', ask, from: this.instance, device_id: deviceId, account_id: accountId }).catch(() => settle(undefined));
    });
  }

  askToRun(instance: string, accountId: string, commandId: string): Promise<void> {
    return this.tell({ say: 'run', to: instance, account_id: accountId, command_id: commandId });
  }

  /** Has the process that sent to a device end its connection, so that nothing of it arrives late. */
  sever(instance: string, accountId: string, deviceId: string): Promise<void> {
    return this.tell({ say: 'sever', to: instance, account_id: accountId, device_id: deviceId });
  }

  private async tell(message: Message): Promise<void> {
    await this.db.pool.query('select pg_notify($1, $2)', [channel, JSON.stringify(message)]);
  }

  private async listen(): Promise<void> {
    try {
      const client = await this.db.pool.connect();
      if (this.over) return client.release(true);
      // Held before the first word: a connection that breaks while it is told to listen must be given back too.
      this.client = client;
      client.on('notification', (notification: Notification) => this.hear(notification.payload ?? ''));
      client.once('error', () => this.lost(client));
      client.once('end', () => this.lost(client));
      await client.query(`listen ${channel}`).catch((error: unknown) => this.lost(client, error));
    } catch (error) {
      this.again(error);
    }
  }

  private lost(client: PoolClient, why?: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.release(true);
    this.again(why);
  }

  private again(why?: unknown): void {
    if (this.over) return;
    if (why) this.log.warn({ err: why }, 'commands for devices of other processes wait for the database');
    this.timer = setTimeout(() => void this.listen(), reconnectMs).unref();
  }

  private hear(payload: string): void {
    const message = JSON.parse(payload) as Message;
    if (message.say === 'here' && message.to === this.instance) this.asked.get(message.ask)?.(message.instance);
    if (message.say === 'run' && message.to === this.instance) this.carryOut(message.account_id, message.command_id);
    if (message.say === 'sever' && message.to === this.instance && this.holds(message.device_id, message.account_id)) this.links.sever(message.device_id);
    if (message.say !== 'who' || message.from === this.instance || !this.holds(message.device_id, message.account_id)) return;
    this.tell({ say: 'here', ask: message.ask, to: message.from, instance: this.instance }).catch((error: unknown) => this.log.warn({ err: error }, 'cannot say which devices are here'));
  }
}
