import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, onStepUp, session, take } from '../api/client';
import { LoginForm } from '../areas/account/login-form';
import { Form } from '../kit/form/form';
import { meQuery } from './me';

const useSessionState = (): string => useSyncExternalStore(session.subscribe, () => session.state);

/** Asks to sign in again over the page that stands, so that nothing typed is lost. */
export function SignInAgain(): ReactNode {
  const { t } = useTranslation();
  const state = useSessionState();
  const me = useQuery({ ...meQuery, enabled: false }).data;
  return (
    <Modal opened={state === 'expired'} onClose={() => undefined} withCloseButton={false} title={t('account:again.title')} zIndex={500}>
      <Stack gap="sm">
        <Text size="sm">{t('account:again.body')}</Text>
        <LoginForm {...(me?.email ? { email: me.email } : {})} {...(me ? { accountId: me.account_id } : {})} />
        <Button variant="subtle" size="xs" onClick={() => location.assign('/login')}>
          {t('account:again.other')}
        </Button>
      </Stack>
    </Modal>
  );
}

/** Asks for a fresh second factor when an act needs one, then lets the act go on. */
export function StepUp(): ReactNode {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<((given: boolean) => void) | undefined>();
  const me = useQuery({ ...meQuery, enabled: false }).data;
  useEffect(() => {
    onStepUp(() => new Promise((resolve) => setAnswer(() => resolve)));
  }, []);
  const finish = (given: boolean): void => {
    answer?.(given);
    setAnswer(undefined);
  };
  const enrolled = me?.second_factor !== false;
  return (
    <Modal opened={answer !== undefined} onClose={() => finish(false)} title={t('account:step_up.title')} zIndex={400} closeButtonProps={{ 'aria-label': t('kit:close') }}>
      {enrolled ? (
        <Form
          fields={[{ name: 'totp', label: t('account:login.totp'), kind: 'code', required: true }]}
          submitLabel={t('account:step_up.prove')}
          onCancel={() => finish(false)}
          onSubmit={async ({ totp }) => {
            session.signedIn(await take(api.POST('/api/v1/auth/step-up', { body: { totp: String(totp) } })));
            finish(true);
          }}
        >
          <Text size="sm">{t('account:step_up.body')}</Text>
        </Form>
      ) : (
        <Text size="sm">{t('account:step_up.enrol_first')}</Text>
      )}
    </Modal>
  );
}
