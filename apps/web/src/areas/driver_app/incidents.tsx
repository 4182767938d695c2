import { Checkbox, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useOptions } from '../../kit/options';
import { Waiting } from '../../kit/states';
import { localOf, momentOf } from '../../kit/zoned';
import classes from './driver.module.css';
import { Card, Heading, Reading } from './parts';
import { Photos } from './photos';
import { placeNow } from './place';
import type { ActionOf } from './queue/types';
import { useMyIncidents } from './reads';
import { textOf } from './units';
import { useAct } from './use-act';

const kinds = ['damage', 'collision', 'breakdown', 'injury', 'near_miss', 'theft', 'vandalism', 'fire', 'other'] as const;

export default function IncidentsPage(): ReactNode {
  const { t } = useTranslation();
  const act = useAct('incident');
  const mine = useMyIncidents();
  const format = useFormat();
  if (act.edited === null) return <Waiting />;
  return (
    <>
      <Heading>{t('driver_app:incident.report')}</Heading>
      <Report key={act.edited?.id ?? 'new'} edited={act.edited} />
      {!act.edited && (
        <Card label={t('driver_app:incident.mine')}>
          <Text fw={600}>{t('driver_app:incident.mine')}</Text>
          <Reading of={mine}>
            {(rows) =>
              rows.length === 0 ? (
                <Text className={classes.soft}>{t('driver_app:incident.none')}</Text>
              ) : (
                <ul className={classes.rows}>
                  {rows.map((row) => (
                    <li key={row.id}>
                      <div className={classes.row}>
                        <strong>{t(`driver_app:incident.kind.${row.kind}`, { defaultValue: row.title })}</strong>
                        <span className={classes.soft}>{format.dateTime(row.at)}</span>
                      </div>
                      {row.text && <Text className={classes.soft}>{row.text}</Text>}
                    </li>
                  ))}
                </ul>
              )
            }
          </Reading>
        </Card>
      )}
    </>
  );
}

function Report({ edited }: { edited: ActionOf<'incident'> | undefined }): ReactNode {
  const { t } = useTranslation();
  const { timeZone } = useFormat().habits;
  const act = useAct('incident');
  const [withPlace, setWithPlace] = useState(edited?.draft.lat !== undefined);
  const fields: Field[] = [
    { name: 'kind', label: t('driver_app:incident.what'), kind: 'select', required: true, options: useOptions('driver_app:incident.kind', kinds) },
    { name: 'text', label: t('driver_app:incident.text'), kind: 'textarea', required: true },
    { name: 'drivable', label: t('driver_app:incident.drivable'), kind: 'flag' },
    { name: 'at', label: t('driver_app:when'), kind: 'datetime', help: t('driver_app:when_help') },
  ];
  const submit = async (values: Values): Promise<void> => {
    const at = textOf(values['at']);
    const known = edited?.draft.lat === undefined ? undefined : { lat: edited.draft.lat, lon: edited.draft.lon };
    const place = withPlace ? (known ?? (await placeNow())) : {};
    await act.send({ draft: { kind: textOf(values['kind']), text: textOf(values['text']), drivable: values['drivable'] === true, ...place }, ...(at ? { at: momentOf(at, timeZone) } : {}) });
  };
  const initial: Values = edited ? { kind: edited.draft.kind, text: edited.draft.text, drivable: edited.draft.drivable ?? false, at: localOf(edited.at, timeZone) } : { drivable: true };
  return (
    <Card>
      <Text className={classes.soft}>{t('driver_app:incident.lead')}</Text>
      <Form fields={fields} initial={initial} submitLabel={t('driver_app:incident.submit')} onSubmit={submit}>
        <Photos label={t('driver_app:incident.photos')} value={act.photos} onChange={act.setPhotos} max={10} />
        <Checkbox label={t('driver_app:incident.place')} checked={withPlace} onChange={(event) => setWithPlace(event.currentTarget.checked)} />
      </Form>
    </Card>
  );
}
