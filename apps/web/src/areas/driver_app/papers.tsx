import { Button, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import type { Field, Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { Icon } from '../../kit/icons';
import { useOptions } from '../../kit/options';
import { Waiting } from '../../kit/states';
import classes from './driver.module.css';
import { Card, Heading, Reading } from './parts';
import { Photos } from './photos';
import type { ActionOf } from './queue/types';
import { useMyPapers } from './reads';
import { textOf } from './units';
import { useAct } from './use-act';

type Paper = Schemas['DriverDocumentView'];
const kinds = ['licence', 'insurance', 'medical', 'id', 'permit', 'other'] as const;
const tones: Record<Paper['state'], Tone> = { valid: 'good', expiring: 'warn', expired: 'bad', withdrawn: 'off' };
const urgency = ['expired', 'expiring', 'valid', 'withdrawn'];

export default function PapersPage(): ReactNode {
  const { t } = useTranslation();
  const papers = useMyPapers();
  const act = useAct('document');
  const [adding, setAdding] = useState(false);
  if (act.edited === null) return <Waiting />;
  return (
    <>
      <Heading>{t('driver_app:papers.title')}</Heading>
      {adding || act.edited ? (
        <HandIn edited={act.edited} />
      ) : (
        <Button size="lg" leftSection={<Icon name="plus" />} onClick={() => setAdding(true)}>
          {t('driver_app:papers.hand_in')}
        </Button>
      )}
      <Reading of={papers}>{(rows) => (rows.length === 0 ? <Text className={classes.soft}>{t('driver_app:papers.none')}</Text> : <Papers rows={rows} />)}</Reading>
    </>
  );
}

function Papers({ rows }: { rows: Paper[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className={classes.rows}>
      {[...rows]
        .sort((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state))
        .map((paper) => (
          <li key={paper.id} className={classes.card}>
            <div className={classes.row}>
              <strong>{t(`drivers:papers.kind.${paper.kind}`)}</strong>
              <StatusBadge tone={tones[paper.state]}>{t(`vehicles:papers.state.${paper.state}`)}</StatusBadge>
            </div>
            <Text className={classes.soft}>{paper.number}</Text>
            <Group justify="space-between">
              <Text>{paper.expires_on ? t('driver_app:papers.until', { day: format.day(paper.expires_on) }) : t('driver_app:papers.no_end')}</Text>
              {!paper.verified_at && paper.state !== 'withdrawn' && <StatusBadge tone="busy">{t('driver_app:papers.unverified')}</StatusBadge>}
            </Group>
          </li>
        ))}
    </ul>
  );
}

function HandIn({ edited }: { edited: ActionOf<'document'> | undefined }): ReactNode {
  const { t } = useTranslation();
  const act = useAct('document');
  const fields: Field[] = [
    { name: 'kind', label: t('vehicles:papers.kind_label'), kind: 'select', required: true, options: useOptions('drivers:papers.kind', kinds) },
    { name: 'number', label: t('vehicles:papers.number'), help: t('driver_app:papers.number_help') },
    { name: 'issued_on', label: t('vehicles:papers.issued_on'), kind: 'date' },
    { name: 'expires_on', label: t('vehicles:papers.expires_on'), kind: 'date' },
  ];
  const submit = (values: Values): Promise<void> => {
    const said = Object.fromEntries(['number', 'issued_on', 'expires_on'].map((name) => [name, textOf(values[name])]).filter(([, value]) => value));
    return act.send({ draft: { kind: textOf(values['kind']), ...said } }, '/driver/papers');
  };
  return (
    <Card label={t('driver_app:papers.hand_in')}>
      <Text className={classes.soft}>{t('driver_app:papers.lead')}</Text>
      <Form fields={fields} {...(edited ? { initial: { ...edited.draft } } : {})} submitLabel={t('driver_app:papers.hand_in')} onSubmit={submit}>
        <Photos label={t('driver_app:papers.photos')} value={act.photos} onChange={act.setPhotos} max={5} papers />
      </Form>
    </Card>
  );
}
