import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filters } from '../../api/lists';
import { useFormat } from '../../app/me';
import { ListPage } from '../../kit/list/list-page';
import { useOptions } from '../../kit/options';
import { useParamsInUrl } from '../../kit/search-params';
import { questionKinds, questionPath, QuestionState, questionStates, StateSwitch, VehicleLink, Who } from './words';

/** What looks odd, as questions. `fixed` limits them to a fill-up or a vehicle. */
export function QuestionList({ inner = false, fixed }: { inner?: boolean; fixed?: Filters }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const [params] = useParamsInUrl();
  const kinds = useOptions('fuel:questions.kind', questionKinds);
  const state = params['state'] ?? 'open';
  return (
    <ListPage
      id="fuel-questions"
      inner={inner}
      title={t('fuel:questions.nav')}
      path={questionPath}
      hrefOf={(q) => `/fuel-questions/${q.id}`}
      fixed={fixed ?? { state }}
      filters={
        inner
          ? []
          : [
              { name: 'kind', label: t('fuel:questions.kind_label'), options: kinds },
              { name: 'vehicle_id', label: t('drivers:vehicle'), kind: 'vehicle' },
              { name: 'driver_id', label: t('drivers:driver'), kind: 'driver' },
              { name: 'from', label: t('fuel:from'), kind: 'from' },
              { name: 'to', label: t('fuel:to'), kind: 'to' },
            ]
      }
      empty={{ title: t('fuel:questions.none'), ...(inner ? {} : { hint: t('fuel:questions.none_hint') }) }}
      actions={!inner && <StateSwitch prefix="fuel:questions.state" states={questionStates} />}
      columns={[
        { id: 'kind', header: t('fuel:questions.question'), cell: (q) => t(`fuel:questions.ask.${q.kind}`), phone: 'title' },
        { id: 'vehicle', header: t('drivers:vehicle'), cell: (q) => <VehicleLink id={q.vehicle_id} plate={q.plate} /> },
        { id: 'at', header: t('kit:when'), cell: (q) => format.dateTime(q.at), sort: 'at' },
        { id: 'driver', header: t('drivers:driver'), cell: (q) => <Who id={q.driver_id} /> },
        { id: 'state', header: t('vehicles:field.status'), cell: (q) => <QuestionState state={q.state} /> },
        { id: 'note', header: t('fuel:questions.answer'), cell: (q) => q.note ?? '–' },
      ]}
    />
  );
}
