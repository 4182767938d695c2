import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ask, openDialog } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { parkIdsOf, useRightsFields, type Role } from './words';
import { Secret } from '../../kit/secret';

export function InviteButton(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const rights = useRightsFields();
  const invite = (): void =>
    ask({
      title: t('admin:invitations.invite'),
      fields: [{ name: 'email', label: t('admin:people.email'), kind: 'email', required: true }, ...rights],
      submitLabel: t('admin:invitations.invite'),
      act: async ({ email, role, park_ids }, key) => {
        const { link } = await take(api.POST('/api/v1/auth/invitations', { body: { email: String(email), role: role as Role, park_ids: parkIdsOf(park_ids) }, headers: { 'Idempotency-Key': key } }));
        await queries.invalidateQueries({ queryKey: ['/api/v1/auth/invitations'] });
        if (link) openDialog(t('admin:invitations.sent'), (close) => <Secret text={link} hint={t('admin:invitations.link_hint')} close={close} />);
      },
    });
  return (
    <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={invite}>
      {t('admin:invitations.invite')}
    </Button>
  );
}
