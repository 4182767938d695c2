import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../../api/client';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { done } from '../../kit/toast';
import { InviteButton } from './invite';

type Invitation = Schemas['InvitationView'];
const list = '/api/v1/auth/invitations';

type State = 'accepted' | 'withdrawn' | 'expired' | 'open';
const stateOf = (i: Invitation): State => (i.accepted_at ? 'accepted' : i.revoked_at ? 'withdrawn' : Date.parse(i.expires_at) < Date.now() ? 'expired' : 'open');
const tones = { accepted: 'good', withdrawn: 'off', expired: 'off', open: 'busy' } as const;

export default function InvitationsPage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const queries = useQueryClient();
  const withdraw = (invitation: Invitation): void =>
    ask({
      title: t('admin:invitations.withdraw'),
      body: t('admin:invitations.withdraw_body', { email: invitation.email }),
      submitLabel: t('admin:invitations.withdraw'),
      danger: true,
      act: async () => {
        await api.DELETE('/api/v1/auth/invitations/{id}', { params: { path: { id: invitation.id } } });
        done(t('kit:saved'));
        await queries.invalidateQueries({ queryKey: [list] });
      },
    });
  return (
    <ListPage
      id="invitations"
      title={t('admin:invitations.nav')}
      path={list}
      empty={{ title: t('admin:invitations.none'), hint: t('admin:invitations.none_hint') }}
      actions={
        <May permission="auth.user.write">
          <InviteButton />
        </May>
      }
      columns={[
        { id: 'email', header: t('admin:people.email'), cell: (i) => i.email ?? '–' },
        { id: 'kind', header: t('admin:invitations.kind_label'), cell: (i) => t(`admin:invitations.kind.${i.kind}`) },
        { id: 'role', header: t('admin:people.role'), cell: (i) => (i.role ? t(`kit:roles.${i.role}`) : '–') },
        { id: 'state', header: t('admin:people.state'), cell: (i) => <StatusBadge tone={tones[stateOf(i)]}>{t(`admin:invitations.state.${stateOf(i)}`)}</StatusBadge> },
        { id: 'created', header: t('admin:invitations.created'), cell: (i) => format.dateTime(i.created_at), sort: 'created_at' },
        { id: 'expires', header: t('admin:invitations.expires'), cell: (i) => format.dateTime(i.expires_at) },
        {
          id: 'act',
          header: t('kit:list.actions'),
          cell: (i) =>
            stateOf(i) === 'open' &&
            may('auth.user.write') && (
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => withdraw(i)}>
                {t('admin:invitations.withdraw')}
              </Button>
            ),
        },
      ]}
    />
  );
}
