import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { useWho } from '../../kit/colleagues';
import { Changes } from '../../kit/history';
import { ListPage } from '../../kit/list/list-page';
import type { Vehicle } from './words';

export function HistoryTab({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const who = useWho();
  return (
    <ListPage
      id="vehicle-history"
      inner
      title={t('vehicles:history.tab')}
      path="/api/v1/transport_registry/{vehicle_id}/history"
      pathParams={{ vehicle_id: vehicle.id }}
      columns={[
        { id: 'at', header: t('kit:when'), cell: (c) => format.dateTime(c.at) },
        { id: 'action', header: t('kit:what'), cell: (c) => c.action },
        { id: 'who', header: t('kit:who'), cell: (c) => who(c.actor_id, c.actor_kind) },
        { id: 'changes', header: t('kit:changes'), cell: (c) => <Changes changes={c.changes} label={(name) => t(`vehicles:field.${name}`, { defaultValue: name })} /> },
        { id: 'reason', header: t('vehicles:reason'), cell: (c) => c.reason ?? '–' },
      ]}
    />
  );
}
