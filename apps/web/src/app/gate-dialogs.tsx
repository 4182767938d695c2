import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, session, take } from '../api/client';
import { LoginForm } from '../areas/account/login-form';
import { Form } from '../kit/form/form';
import type { Me } from './me';

export function SignInDialog({ me }: { me: Me | undefined }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t('account:again.body')}</Text>
      <LoginForm {...(me?.email ? { email: me.email } : {})} {...(me ? { accountId: me.account_id } : {})} />
      <Button variant="subtle" size="xs" onClick={() => location.assign('/login')}>
        {t('account:again.other')}
      </Button>
    </Stack>
  );
}

export function StepUpDialog({ finish }: { finish: (given: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Form
      fields={[{ name: 'totp', label: t('account:login.totp'), kind: 'code', required: true }]}
      submitLabel={t('account:step_up.prove')}
      onCancel={() => finish(false)}
      onSubmit={async ({ totp }) => {
        await session.signedIn(await take(api.POST('/api/v1/auth/step-up', { body: { totp: String(totp) } })));
        finish(true);
      }}
    >
      <Text size="sm">{t('account:step_up.body')}</Text>
    </Form>
  );
}
