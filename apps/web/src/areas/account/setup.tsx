import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openApi, session, take } from '../../api/client';
import { Form } from '../../kit/form/form';
import { Trouble, Waiting } from '../../kit/states';
import { Bare } from './bare';
import { currencies, timeZones } from './regions';

export default function SetupPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useQuery({ queryKey: ['setup'], queryFn: () => take(openApi.GET('/api/v1/auth/setup')) });
  if (state.isPending) return <Waiting />;
  if (state.isError) return <Trouble error={state.error} again={() => void state.refetch()} />;
  if (!state.data.needed) {
    return (
      <Bare title={t('account:setup.done_title')}>
        <Text size="sm">{t('account:setup.done')}</Text>
        <Anchor href="/login">{t('account:login.title')}</Anchor>
      </Bare>
    );
  }
  return (
    <Bare title={t('account:setup.title')} lead={t('account:setup.lead')}>
      <Form
        fields={[
          { name: 'token', label: t('account:setup.token'), required: true, help: t('account:setup.token_help') },
          { name: 'account_name', label: t('account:setup.company'), required: true, autoComplete: 'organization' },
          { name: 'time_zone', label: t('account:setup.time_zone'), kind: 'select', options: timeZones(), required: true },
          { name: 'currency', label: t('account:setup.currency'), kind: 'select', options: currencies(), required: true },
          { name: 'name', label: t('account:setup.name'), required: true, autoComplete: 'name' },
          { name: 'email', label: t('account:login.email'), kind: 'email', required: true, autoComplete: 'username' },
          { name: 'password', label: t('account:login.password'), kind: 'password', required: true, help: t('account:setup.password_help') },
        ]}
        initial={{ time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC', currency: 'USD' }}
        submitLabel={t('account:setup.submit')}
        onSubmit={async (values) => {
          await openApi.POST('/api/v1/auth/setup', { body: values as never });
          await session.signedIn(await take(openApi.POST('/api/v1/auth/login', { body: { email: String(values['email']), password: String(values['password']) } })));
          await navigate({ to: '/' });
        }}
      />
    </Bare>
  );
}
