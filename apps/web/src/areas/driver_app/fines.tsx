import { Button, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { Form } from '../../kit/form/form';
import { Nothing, Waiting } from '../../kit/states';
import classes from './driver.module.css';
import { useOutbox } from './outbox';
import { Card, Heading, Reading } from './parts';
import { Photos } from './photos';
import type { ActionOf } from './queue/types';
import { useMyFines } from './reads';
import { textOf } from './units';
import { useAct } from './use-act';

type Fine = Schemas['EventView'];
const tones: Record<string, Tone> = { received: 'calm', attributed: 'warn', contested: 'busy', upheld: 'warn', cancelled: 'off', charged: 'bad', paid: 'good' };

export default function FinesPage(): ReactNode {
  const { t } = useTranslation();
  const fines = useMyFines();
  const act = useAct('dispute');
  if (act.edited === null) return <Waiting />;
  return (
    <>
      <Heading>{t('driver_app:fines.title')}</Heading>
      {act.edited && (
        <Card>
          <strong>{act.edited.draft.title}</strong>
          <Dispute fineId={act.edited.draft.fine_id} title={act.edited.draft.title} edited={act.edited} />
        </Card>
      )}
      <Reading of={fines}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing title={t('driver_app:fines.none')} />
          ) : (
            <ul className={classes.rows}>
              {rows.map((fine) => (
                <FineRow key={fine.id} fine={fine} />
              ))}
            </ul>
          )
        }
      </Reading>
    </>
  );
}

function FineRow({ fine }: { fine: Fine }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { actions } = useOutbox();
  const [disputing, setDisputing] = useState(false);
  const state = fine.fine_state ?? 'received';
  const onItsWay = actions.some((a) => a.kind === 'dispute' && a.draft.fine_id === fine.id && a.state !== 'done');
  return (
    <li className={classes.card}>
      <div className={classes.row}>
        <strong>{t(`driver_app:fines.kind.${fine.kind}`, { defaultValue: fine.title })}</strong>
        <strong>{format.money(fine.amount_minor, fine.currency ?? undefined)}</strong>
      </div>
      <div className={classes.row}>
        <span className={classes.soft}>
          {format.dateTime(fine.at)} · {fine.plate}
        </span>
        <StatusBadge tone={tones[state] ?? 'calm'}>{t(`driver_app:fines.state.${state}`)}</StatusBadge>
      </div>
      {fine.text && <Text className={classes.soft}>{fine.text}</Text>}
      {onItsWay && <StatusBadge tone="busy">{t('driver_app:fines.on_its_way')}</StatusBadge>}
      {state === 'attributed' && !onItsWay && !disputing && (
        <Button variant="default" size="lg" onClick={() => setDisputing(true)}>
          {t('driver_app:fines.dispute')}
        </Button>
      )}
      {disputing && !onItsWay && <Dispute fineId={fine.id} title={fine.title} />}
    </li>
  );
}

function Dispute({ fineId, title, edited }: { fineId: string; title: string; edited?: ActionOf<'dispute'> }): ReactNode {
  const { t } = useTranslation();
  const act = useAct('dispute');
  return (
    <Form
      fields={[{ name: 'text', label: t('driver_app:fines.why'), kind: 'textarea', required: true }]}
      {...(edited ? { initial: { text: edited.draft.text } } : {})}
      submitLabel={t('driver_app:fines.dispute')}
      onSubmit={(values) => act.send({ draft: { fine_id: fineId, title, text: textOf(values['text']) } }, '/driver/fines')}
    >
      <Photos label={t('driver_app:fines.photos')} value={act.photos} onChange={act.setPhotos} max={5} papers />
    </Form>
  );
}
