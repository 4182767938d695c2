import { Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { onStepUp, session } from '../api/client';
import { Waiting } from '../kit/states';
import { meQuery } from './me';

// Forms are large, and most visits need neither of these.
const SignInDialog = lazy(() => import('./gate-dialogs').then((dialogs) => ({ default: dialogs.SignInDialog })));
const StepUpDialog = lazy(() => import('./gate-dialogs').then((dialogs) => ({ default: dialogs.StepUpDialog })));

const useSessionState = (): string => useSyncExternalStore(session.subscribe, () => session.state);

/** Asks to sign in again over the page that stands, so that nothing typed is lost. */
export function SignInAgain(): ReactNode {
  const { t } = useTranslation();
  const state = useSessionState();
  const me = useQuery({ ...meQuery, enabled: false }).data;
  return (
    <Modal opened={state === 'expired'} onClose={() => undefined} withCloseButton={false} title={t('account:again.title')} zIndex={500}>
      <Suspense fallback={<Waiting />}>
        <SignInDialog me={me} />
      </Suspense>
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
        <Suspense fallback={<Waiting />}>
          <StepUpDialog finish={finish} />
        </Suspense>
      ) : (
        <Text size="sm">{t('account:step_up.enrol_first')}</Text>
      )}
    </Modal>
  );
}
