import { Global, Module, type DynamicModule } from '@nestjs/common';
import { RuleController } from './alerts/rule.controller';
import { Parks, type ParkQueries } from './alerts/parks';
import { Rules } from './alerts/rule.service';
import { Teller } from './alerts/teller';
import { Catalogue, type EventDescription } from './catalogue';
import { notifyDescriptions } from './events';
import { Inbox } from './inbox/inbox.service';
import { InboxController } from './inbox/inbox.controller';
import { OwnQuiet } from './inbox/quiet.service';
import { Listener } from './listener';
import { Mailer } from './mail/mailer';
import { MailSender } from './mail/mail-sender';
import { NotifyPruner } from './prune';
import { Deliveries } from './webhooks/delivery.service';
import { EndpointController } from './webhooks/endpoint.controller';
import { Endpoints } from './webhooks/endpoint.service';
import { WebhookSender } from './webhooks/sender';

/** Import it after OutboxModule and AuthModule, with what the subsystems say about their events and where their things are. */
@Global()
@Module({})
export class NotifyModule {
  static forRoot(descriptions: readonly EventDescription[], parks: readonly ParkQueries[]): DynamicModule {
    return {
      module: NotifyModule,
      controllers: [EndpointController, RuleController, InboxController],
      providers: [
        { provide: Catalogue, useFactory: () => new Catalogue([...notifyDescriptions, ...descriptions]) },
        { provide: Parks, useFactory: () => new Parks(parks) },
        Deliveries,
        Endpoints,
        Inbox,
        Listener,
        Mailer,
        MailSender,
        NotifyPruner,
        OwnQuiet,
        Rules,
        Teller,
        WebhookSender,
      ],
      exports: [Mailer],
    };
  }
}
