import { Anchor, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openApi, take } from '../../api/client';
import { useParamsInUrl } from '../../kit/search-params';
import { Bare } from './bare';
import { LoginForm } from './login-form';

export default function LoginPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [params] = useParamsInUrl();
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => take(openApi.GET('/api/v1/auth/setup')), staleTime: Infinity });
  const enter = (): void => {
    queries.clear();
    // Only a place on this server: an address in a link must not lead a fresh session elsewhere.
    const to = params['to'];
    void navigate({ href: to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') ? to : '/', replace: true });
  };
  return (
    <Bare title={t('account:login.title')}>
      {setup.data?.needed && (
        <Text size="sm">
          {t('account:login.fresh')} <Anchor href="/setup">{t('account:setup.title')}</Anchor>
        </Text>
      )}
      <LoginForm onDone={enter} />
      <Text size="xs" c="dimmed">
        {t('account:login.forgotten')}
      </Text>
    </Bare>
  );
}
