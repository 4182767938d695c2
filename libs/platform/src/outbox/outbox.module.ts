import { Global, Inject, Injectable, Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CONFIG, type Config } from '../config';
import { Db } from '../database';
import { Lag } from '../observability';
import { DeadDeliveries } from './dead-deliveries';
import { deliveryStore } from './delivery-store';
import { Dispatcher, type DispatcherOptions } from './dispatcher';
import { useSubscribers } from './emit';
import { SubscriberDiscovery, Subscribers } from './subscribers';

const OPTIONS = Symbol('OUTBOX_OPTIONS');

/** Every role knows who hears what, because every role emits; only the worker delivers. */
@Injectable()
export class Outbox implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private dispatcher: Dispatcher | undefined;

  constructor(
    private readonly db: Db,
    private readonly discovery: SubscriberDiscovery,
    readonly subscribers: Subscribers,
    private readonly lag: Lag,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(OPTIONS) private readonly options: Partial<DispatcherOptions>,
  ) {}

  onModuleInit(): void {
    this.discovery.collect(this.subscribers);
    useSubscribers(this.subscribers);
    this.lag.add('outbox', () => this.oldestDueMs());
  }

  onApplicationBootstrap(): void {
    if (!this.config.FLEET_ROLES.includes('worker')) return;
    this.dispatcher = new Dispatcher(this.db, this.subscribers, this.options);
    this.dispatcher.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.dispatcher?.stop();
  }

  /** Age of the oldest event somebody still waits for. */
  oldestDueMs(): Promise<number> {
    return this.db.systemRead('outbox.lag', (tx) => deliveryStore.oldestDueMs(tx));
  }
}

@Global()
@Module({})
export class OutboxModule {
  static forRoot(options: Partial<DispatcherOptions> = {}): DynamicModule {
    return {
      module: OutboxModule,
      imports: [DiscoveryModule],
      providers: [{ provide: OPTIONS, useValue: options }, SubscriberDiscovery, Subscribers, Outbox, DeadDeliveries],
      exports: [Outbox, Subscribers, DeadDeliveries],
    };
  }
}
