import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { StatusBadge, type Tone } from '../../kit/badge';
import { openDialog } from '../../kit/dialogs';
import type { Field } from '../../kit/form/fields';
import { Secret } from '../../kit/secret';
import { useEventTypes } from './words';

export type Endpoint = Schemas['EndpointView'];
export type Delivery = Schemas['DeliveryView'];
export const webhooksPath = '/api/v1/notify/webhooks';
export const deliveryStates = ['pending', 'delivered', 'dead'] as const;

const tones: Record<Endpoint['state'], Tone> = { active: 'good', paused: 'calm', disabled: 'bad' };
const deliveryTones: Record<Delivery['state'], Tone> = { pending: 'busy', delivered: 'good', dead: 'bad' };

/** One that is active and fails is about to be switched off. */
export function EndpointState({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { t } = useTranslation();
  if (endpoint.state === 'active' && endpoint.failing_since) return <StatusBadge tone="warn">{t('notify:webhooks.failing')}</StatusBadge>;
  return <StatusBadge tone={tones[endpoint.state]}>{t(`notify:webhooks.state.${endpoint.state}`)}</StatusBadge>;
}

export function DeliveryState({ state }: { state: Delivery['state'] }): ReactNode {
  const { t } = useTranslation();
  return <StatusBadge tone={deliveryTones[state]}>{t(`notify:deliveries.state.${state}`)}</StatusBadge>;
}

export function useEndpointFields(): Field[] {
  const { t } = useTranslation();
  return [
    { name: 'name', label: t('notify:webhooks.name'), required: true },
    { name: 'url', label: t('notify:webhooks.url'), required: true, placeholder: 'https://example.org/fleet-events', help: t('notify:webhooks.url_help') },
    { name: 'event_types', label: t('notify:rule.event_types'), kind: 'multi', options: useEventTypes(), required: true },
  ];
}

export function showSecret({ secret }: Endpoint, t: TFunction): void {
  if (secret) openDialog(t('notify:webhooks.secret'), (close) => <Secret text={secret} hint={t('notify:webhooks.secret_hint')} close={close} />);
}
