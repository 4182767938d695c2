import { Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '../../http';
import { channels } from '../alerts/default-rules';
import { time } from '../alerts/rule.dto';
import { severities } from '../catalogue';

export class InboxQuery extends ListQuery {
  @Flag({ optional: true, fromText: true, about: 'Only what was not read yet.' }) unread?: boolean;
  @OneOf(severities, { optional: true }) severity?: string;
  @Text({ optional: true, max: 120 }) kind?: string;
}

export class NoticeView {
  @Uuid() id: string;
  @Text({ about: 'Name of the event.' }) kind: string;
  @Text({ min: 0, about: 'What it is about; empty when the kind says it all.' }) subject: string;
  @OneOf(severities, { name: 'Severity' }) severity: string;
  @Text() title: string;
  @Text({ max: 2000 }) text: string;
  @Text({ nullable: true, max: 500, about: 'A path of the portal.' }) link: string | null;
  @Uuid({ about: 'The latest event behind it.' }) event_id: string;
  @Int({ about: 'How often it happened; repeats within the window of the rule are one line.' }) times: number;
  @Instant() first_at: Date;
  @Instant() last_at: Date;
  @Instant({ nullable: true }) read_at: Date | null;
}

export class UnreadView {
  @Int() unread: number;
  @Int() critical: number;
}

export class ReadAllBody {
  @Instant({ optional: true, about: 'Only what happened until then; so nothing that came meanwhile counts as read.' }) until?: string;
}

export class ReadView {
  @Int({ about: 'Lines that were unread until now.' }) read: number;
}

export class PreferenceView {
  @Text({ max: 120 }) kind: string;
  @OneOf(channels, { listMax: 2, about: 'Channels by which it is not told.' }) muted: string[];
}

export class PreferenceBody {
  @OneOf(channels, { listMax: 2, about: 'Empty takes the muting back.' }) muted: ('in_app' | 'email')[];
}

export class OwnQuietField {
  @Text({ ...time, about: 'By the clock of the account; `from` after `to` goes over midnight.' }) from: string;
  @Text({ ...time, example: '06:00' }) to: string;
}

export class OwnQuietBody {
  @Nested(() => OwnQuietField, { nullable: true, about: 'Null takes them back.' }) quiet: OwnQuietField | null;
}

export class OwnQuietView {
  @Nested(() => OwnQuietField, { nullable: true, about: 'E-mail waits until they end; what is critical goes out at once, and the inbox fills always.' }) quiet: OwnQuietField | null;
  @Text() time_zone: string;
  @OneOf(['ready', 'not_configured'], { about: '`not_configured`: the house has no mail server, so nobody gets e-mail.' }) email_state: 'ready' | 'not_configured';
}
