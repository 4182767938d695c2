import { Stack, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take, type Schemas } from '../../api/client';
import { languages } from '../../i18n';
import { EditForm } from '../../kit/form/edit-form';
import { useOptions } from '../../kit/options';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { currencies, timeZones } from '../account/regions';

const read = (): Promise<Schemas['AccountView']> => take(api.GET('/api/v1/auth/account'));

export default function AccountPage(): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['account'], queryFn: read });
  const distance = useOptions('admin:account.distance', ['km', 'mi']);
  const fuel = useOptions('admin:account.fuel', ['l', 'gal_us', 'gal_imp']);
  if (error) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  const reread = (): void => void Promise.all([queries.invalidateQueries({ queryKey: ['account'] }), queries.invalidateQueries({ queryKey: ['me'] })]);
  return (
    <Stack gap="sm" maw={680}>
      <Title order={1} size="h3">
        {t('admin:account.nav')}
      </Title>
      <div className="card">
        <EditForm
          key={data.version}
          fields={[
            { name: 'name', label: t('account:setup.company'), required: true },
            { name: 'time_zone', label: t('account:setup.time_zone'), kind: 'select', options: timeZones(), required: true, help: t('admin:account.zone_help') },
            { name: 'currency', label: t('account:setup.currency'), kind: 'select', options: currencies(), required: true },
            { name: 'distance_unit', label: t('admin:account.distance_label'), kind: 'select', options: distance, required: true },
            { name: 'fuel_unit', label: t('admin:account.fuel_label'), kind: 'select', options: fuel, required: true },
            { name: 'locale', label: t('admin:account.locale'), kind: 'select', options: Object.entries(languages).map(([value, label]) => ({ value, label })), required: true },
          ]}
          subject={data}
          reload={read}
          save={async (changes, version) => {
            await api.PATCH('/api/v1/auth/account', { params: { header: ifMatch(version) }, body: changes as never });
            done(t('kit:saved'));
          }}
          onDone={reread}
          onCancel={reread}
        />
      </div>
    </Stack>
  );
}
