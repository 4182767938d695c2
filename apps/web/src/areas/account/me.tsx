import { Button, Code, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat, useMe } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Facts } from '../../kit/detail';
import { ask } from '../../kit/dialogs';
import { Form } from '../../kit/form/form';
import { done } from '../../kit/toast';
import { SessionList } from './session-list';

export default function MePage(): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormat();
  const { data: memberships } = useQuery({ queryKey: ['memberships'], queryFn: () => take(api.GET('/api/v1/auth/memberships')) });
  return (
    <Stack gap="md">
      <Title order={1} size="h3">
        {t('account:me.title')}
      </Title>
      <Facts
        facts={[
          [t('account:setup.name'), me.name],
          [t('account:login.email'), me.email],
          [t('account:me.role'), t(`kit:roles.${me.role}`)],
          [t('account:me.account'), memberships ? memberships.items.map((m) => m.account_name).join(', ') : me.account_name],
          [t('account:setup.time_zone'), me.time_zone],
          [t('account:me.since'), format.day(me.created_at)],
        ]}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <PasswordCard />
        <SecondFactorCard />
      </SimpleGrid>
      <div>
        <Title order={2} size="h4" mb={4}>
          {t('account:sessions.own')}
        </Title>
        <SessionList own />
      </div>
    </Stack>
  );
}

function PasswordCard(): ReactNode {
  const { t } = useTranslation();
  const change = (): void =>
    ask({
      title: t('account:password.title'),
      fields: [
        { name: 'current_password', label: t('account:password.current'), kind: 'password', required: true, autoComplete: 'current-password' },
        { name: 'new_password', label: t('account:password.new'), kind: 'password', required: true, help: t('account:setup.password_help') },
      ],
      submitLabel: t('account:password.submit'),
      act: async (values) => {
        await api.POST('/api/v1/auth/password', { body: values as never });
        done(t('account:password.done'));
      },
    });
  return (
    <section className="card" aria-label={t('account:password.title')}>
      <Title order={2} size="h4">
        {t('account:login.password')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('account:password.hint')}
      </Text>
      <Button size="xs" variant="light" onClick={change}>
        {t('account:password.title')}
      </Button>
    </section>
  );
}

function SecondFactorCard(): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const [enrolment, setEnrolment] = useState<Schemas['TotpEnrolmentView'] | undefined>();
  return (
    <section className="card" aria-label={t('account:totp.title')}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('account:totp.title')}
        </Title>
        <StatusBadge tone={me.second_factor ? 'good' : 'off'}>{t(me.second_factor ? 'account:totp.on' : 'account:totp.off')}</StatusBadge>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t(me.second_factor ? 'account:totp.reset_hint' : 'account:totp.hint')}
      </Text>
      {!me.second_factor && !enrolment && (
        <Button size="xs" variant="light" onClick={() => void take(api.POST('/api/v1/auth/totp')).then(setEnrolment)}>
          {t('account:totp.start')}
        </Button>
      )}
      {enrolment && !me.second_factor && (
        <Form
          fields={[{ name: 'totp', label: t('account:login.totp'), kind: 'code', required: true }]}
          submitLabel={t('account:totp.confirm')}
          onSubmit={async ({ totp }) => {
            await api.POST('/api/v1/auth/totp/confirm', { body: { totp: String(totp) } });
            await queries.invalidateQueries({ queryKey: ['me'] });
            done(t('account:totp.done'));
          }}
        >
          <Text size="sm">{t('account:totp.enter')}</Text>
          <Code block>{enrolment.secret.replace(/(.{4})/g, '$1 ').trim()}</Code>
          <a href={enrolment.uri}>{t('account:totp.open_app')}</a>
        </Form>
      )}
    </section>
  );
}
