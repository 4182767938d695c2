import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Tx } from '../database';
import { keyOf, type EventDefinition, type Heard } from './event';
import { HEARS, type Hearing } from './hears';

export type HearingFunction = (event: Heard<unknown>, tx: Tx) => Promise<void>;

interface Subscription {
  /** Absent where every event is heard: its payload was checked when it was emitted. */
  event?: EventDefinition;
  subscriber: string;
  hear: HearingFunction;
}

interface Listener {
  subscriber: string;
  /** SQL that is true when the account ($1) wants the event named $2. */
  wantedIf: string;
  hear: HearingFunction;
}

/** Who hears what in this version of the house. */
export class Subscribers {
  private readonly byEvent = new Map<string, Set<string>>();
  private readonly bySubscriber = new Map<string, Map<string, Subscription>>();
  private readonly listeners = new Map<string, Listener>();

  add(event: EventDefinition, subscriber: string, hear: HearingFunction): void {
    const versions = this.bySubscriber.get(subscriber) ?? new Map<string, Subscription>();
    if (versions.has(keyOf(event))) throw new Error(`Two methods hear ${keyOf(event)} as "${subscriber}".`);
    this.bySubscriber.set(subscriber, versions.set(keyOf(event), { event, subscriber, hear }));
    this.byEvent.set(keyOf(event), (this.byEvent.get(keyOf(event)) ?? new Set()).add(subscriber));
  }

  /** Hears events of every name, where the account wants them: `emit` asks `wantedIf` and addresses no delivery otherwise. */
  addToAll(subscriber: string, wantedIf: string, hear: HearingFunction): void {
    if (this.listeners.has(subscriber)) throw new Error(`Two methods hear everything as "${subscriber}".`);
    this.listeners.set(subscriber, { subscriber, wantedIf, hear });
  }

  get names(): string[] {
    return [...this.bySubscriber.keys(), ...this.listeners.keys()];
  }

  /** One row for each listener that wants event $2 of account $1; undefined when nobody listens to everything. */
  get listenersSql(): string | undefined {
    const selects = [...this.listeners.values()].map((l) => `select '${l.subscriber}' where ${l.wantedIf}`);
    return selects.length > 0 ? selects.join(' union all ') : undefined;
  }

  of(event: { name: string; version: number }): string[] {
    return [...(this.byEvent.get(keyOf(event)) ?? [])];
  }

  find(subscriber: string, event: { name: string; version: number }): Subscription | undefined {
    return this.bySubscriber.get(subscriber)?.get(keyOf(event)) ?? this.listeners.get(subscriber);
  }

  /** Events that have neither a subscriber nor a reason for having none; an architecture test wants this empty. */
  forgotten(events: readonly EventDefinition[]): string[] {
    return events.filter((e) => !e.unheard && this.of(e).length === 0).map(keyOf);
  }
}

/** Finds every `@Hears` method among the providers of the running application. */
@Injectable()
export class SubscriberDiscovery {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  collect(into: Subscribers): void {
    for (const { instance } of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      if (!instance || typeof instance !== 'object') continue;
      const target = instance as Record<string, HearingFunction>;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
        const method = target[name];
        const hearings = method ? (Reflect.getMetadata(HEARS, method) as Hearing[] | undefined) : undefined;
        for (const { event, subscriber } of hearings ?? []) into.add(event, subscriber, (heard, tx) => (target[name] as HearingFunction)(heard, tx));
      }
    }
  }
}
