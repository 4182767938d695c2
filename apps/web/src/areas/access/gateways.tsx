import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schemas } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { May } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Facts } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import type { Field, Values } from '../../kit/form/fields';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import { done } from '../../kit/toast';
import { useColleagues, useInWords } from './words';

type Gateway = Schemas['GatewayView'];
type Name = Gateway['method'];
const path = '/api/v1/access/gateways';
const names: readonly Name[] = ['vialon_relay', 'tracksolid'];
const usual: Record<Name, string> = { vialon_relay: 'https://hst-api.wialon.com', tracksolid: 'https://eu-open.tracksolidpro.com' };

/** How the account signs in at the servers of others. What is secret is typed anew each time; it is never shown. */
export function Gateways(): ReactNode {
  const { data, error, refetch } = useQuery({ queryKey: [path], queryFn: () => fetchPage(path, {}, null) });
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <Stack gap="md" maw={760}>
      {names.map((name) => (
        <GatewayCard key={name} name={name} gateway={data.items.find((item) => item.method === name)} />
      ))}
    </Stack>
  );
}

function useSecretFields(name: Name): Field[] {
  const { t } = useTranslation();
  const base: Field = { name: 'base_url', label: t('access:gateway.base_url'), required: true, placeholder: usual[name], help: t(`access:gateway.base_url_help.${name}`) };
  if (name === 'vialon_relay') return [base, { name: 'token', label: t('access:gateway.token'), kind: 'password', required: true, help: t('access:gateway.token_help') }];
  return [
    base,
    { name: 'app_key', label: t('access:gateway.app_key'), required: true },
    { name: 'app_secret', label: t('access:gateway.app_secret'), kind: 'password', required: true },
    { name: 'user_id', label: t('access:gateway.user_id'), required: true },
    { name: 'password', label: t('access:gateway.password'), kind: 'password', required: true },
  ];
}

function send(name: Name, values: Values, version: number): Promise<unknown> {
  const text = (field: string): string => String(values[field] ?? '');
  const params = { header: ifMatch(version) };
  return name === 'vialon_relay'
    ? api.PUT('/api/v1/access/gateways/vialon_relay', { params, body: { base_url: text('base_url'), token: text('token') } })
    : api.PUT('/api/v1/access/gateways/tracksolid', { params, body: { base_url: text('base_url'), app_key: text('app_key'), app_secret: text('app_secret'), user_id: text('user_id'), password: text('password') } });
}

function GatewayCard({ name, gateway }: { name: Name; gateway: Gateway | undefined }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const inWords = useInWords();
  const { nameOf } = useColleagues();
  const fields = useSecretFields(name);
  const title = t(`access:method.${name}`);
  const change = async (act: Promise<unknown>, text: string): Promise<void> => {
    await act.catch((error: unknown) => {
      throw inWords(error);
    });
    done(text);
    await queries.invalidateQueries({ queryKey: [path] });
  };
  const keep = (): void =>
    ask({ title, body: t('access:gateway.body'), fields, initial: { base_url: gateway?.base_url ?? usual[name] }, submitLabel: t('kit:form.save'), act: (values) => change(send(name, values, gateway?.version ?? 0), t('access:gateway.kept')) });
  const remove = (): void =>
    ask({
      title: t('access:gateway.remove'),
      body: t('access:gateway.remove_body', { name: title }),
      submitLabel: t('access:gateway.remove'),
      danger: true,
      act: () => change(name === 'vialon_relay' ? api.DELETE('/api/v1/access/gateways/vialon_relay') : api.DELETE('/api/v1/access/gateways/tracksolid'), t('access:gateway.removed')),
    });
  return (
    <section className="card">
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          <Title order={2} size="h5">
            {title}
          </Title>
          <StatusBadge tone={gateway ? 'good' : 'off'}>{t(gateway ? 'access:gateway.set' : 'access:gateway.unset')}</StatusBadge>
        </Group>
        <May permission="access_control.gateway.write">
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={keep}>
              {t(gateway ? 'access:gateway.replace' : 'access:gateway.enter')}
            </Button>
            {gateway && (
              <Button size="xs" variant="subtle" color="red" onClick={remove}>
                {t('access:gateway.remove')}
              </Button>
            )}
          </Group>
        </May>
      </Group>
      {gateway ? (
        <Facts
          facts={[
            [t('access:gateway.base_url'), gateway.base_url],
            [t('access:gateway.changed'), <Ago key="at" at={gateway.updated_at} />],
            [t('kit:who'), nameOf(gateway.updated_by)],
          ]}
        />
      ) : (
        <Text size="sm">{t(`access:gateway.about.${name}`)}</Text>
      )}
    </section>
  );
}
