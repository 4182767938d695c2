import { Anchor, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openApi } from '../../api/client';
import { Form } from '../../kit/form/form';
import { Bare } from './bare';

/** The link an admin hands over. Its token stands behind #, where no server and no log sees it. */
export default function InvitationPage(): ReactNode {
  const { t } = useTranslation();
  const [token] = useState(() => location.hash.slice(1));
  const [accepted, setAccepted] = useState(false);
  if (accepted) {
    return (
      <Bare title={t('account:invitation.done_title')}>
        <Text size="sm">{t('account:invitation.done')}</Text>
        <Anchor href="/login">{t('account:login.title')}</Anchor>
      </Bare>
    );
  }
  return (
    <Bare title={t('account:invitation.title')} lead={t('account:invitation.lead')}>
      {token ? (
        <Form
          fields={[
            { name: 'name', label: t('account:setup.name'), autoComplete: 'name', help: t('account:invitation.name_help') },
            { name: 'password', label: t('account:login.password'), kind: 'password', required: true, help: t('account:invitation.password_help') },
          ]}
          submitLabel={t('account:invitation.submit')}
          onSubmit={async ({ name, password }) => {
            await openApi.POST('/api/v1/auth/invitations/accept', { body: { token, password: String(password), ...(name ? { name: String(name) } : {}) } });
            setAccepted(true);
          }}
        />
      ) : (
        <Text size="sm" role="alert">
          {t('account:invitation.no_token')}
        </Text>
      )}
    </Bare>
  );
}
