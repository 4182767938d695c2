import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../clock';
import { Subscribers } from '../outbox';
import { defaultsFrom } from './alerts/default-rules';
import { Teller } from './alerts/teller';
import { Catalogue } from './catalogue';
import { wakeSenders } from './lanes';
import { wantsSql } from './rules/event-types';
import { deliveryStore } from './webhooks/delivery-store';

/**
 * Hears every event somebody asked to hear. Two subscribers, so that a fault in one holds up no news of the other; an account
 * without webhooks, and an event no rule can speak of, cost no delivery.
 */
@Injectable()
export class Listener implements OnModuleInit {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly catalogue: Catalogue,
    private readonly teller: Teller,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const endpoints = `exists (select from notify.endpoint e where e.account_id = $1 and e.state <> 'disabled' and ${wantsSql('e.event_types')})`;
    this.subscribers.addToAll('notify.spread_to_webhooks', endpoints, async (event, tx) => {
      if ((await deliveryStore.spread(tx, event.id, this.clock.now())) > 0) tx.afterCommit(wakeSenders);
    });
    // Names of events hold letters, digits, dots and underscores only.
    const byDefault = `$2 = any('{${this.catalogue.atLeast(defaultsFrom).join(',')}}'::text[])`;
    const rules = `exists (select from notify.rule r where r.account_id = $1 and r.enabled and ${wantsSql('r.event_types')})`;
    this.subscribers.addToAll('notify.tell_people', `(${byDefault} or ${rules})`, (event, tx) => this.teller.tell(event, tx));
  }
}
