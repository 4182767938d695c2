import { Button, Code, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Facts } from '../../kit/detail';
import { ask, openDialog } from '../../kit/dialogs';
import { ListPage } from '../../kit/list/list-page';
import { flagOptions, useOptions } from '../../kit/options';
import { Notice } from '../../kit/notice';
import { bytesOf } from './bytes';

type Item = Schemas['QuarantineItemView'];
const list = '/api/v1/telemetry/quarantine';
const reasons = ['no_vehicle', 'device_disabled', 'bad_time', 'future', 'gps_week_rollover', 'too_old', 'out_of_range', 'unreadable'] as const;
const oneRollover = 1024;

/** What was received and could not be kept as a sample: why, the bytes themselves, and another try. */
export default function QuarantinePage(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const replay = useReplay();
  return (
    <ListPage
      id="quarantine"
      title={t('telemetry:quarantine.nav')}
      path={list}
      filters={[
        { name: 'reason', label: t('telemetry:quarantine.reason_label'), options: useOptions('telemetry:quarantine.reason', reasons) },
        { name: 'device_id', label: t('telemetry:devices.device') },
        { name: 'waiting', label: t('telemetry:quarantine.waiting'), options: flagOptions(t('kit:yes'), t('kit:no')) },
      ]}
      empty={{ title: t('telemetry:quarantine.none'), hint: t('telemetry:quarantine.none_hint') }}
      {...(may('telemetry_engine.quarantine.replay')
        ? {
            bulk: (chosen: Item[], clear: () => void) => (
              <Button size="xs" variant="light" onClick={() => replay(chosen, clear)}>
                {t('telemetry:quarantine.replay_chosen', { count: chosen.length })}
              </Button>
            ),
          }
        : {})}
      columns={[
        { id: 'received', header: t('telemetry:quarantine.received'), cell: (i) => <button type="button" className="plain" onClick={() => openDialog(t('telemetry:quarantine.item'), () => <Detail item={i} />, 'xl')}>{format.dateTime(i.received_at)}</button> },
        { id: 'reason', header: t('telemetry:quarantine.reason_label'), cell: (i) => t(`telemetry:quarantine.reason.${i.reason}`, { defaultValue: i.reason }) },
        { id: 'device', header: t('telemetry:devices.device'), cell: (i) => (i.device_id ? <code>{i.device_id}</code> : '–') },
        { id: 'at', header: t('telemetry:quarantine.at'), cell: (i) => format.dateTime(i.at) },
        { id: 'detail', header: t('telemetry:quarantine.detail'), cell: (i) => i.detail },
        { id: 'state', header: t('vehicles:field.status'), cell: (i) => (i.replayed_at ? <StatusBadge tone="off">{i.outcome ?? t('telemetry:quarantine.replayed')}</StatusBadge> : <StatusBadge tone="warn">{t('telemetry:quarantine.waits')}</StatusBadge>) },
      ]}
    />
  );
}

function useReplay(): (items: Item[], clear: () => void) => void {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (items, clear) => {
    const rollover = items.some((item) => item.reason === 'gps_week_rollover');
    ask({
      title: t('telemetry:quarantine.replay'),
      body: t('telemetry:quarantine.replay_body'),
      fields: rollover ? [{ name: 'weeks', label: t('telemetry:quarantine.add_weeks'), kind: 'flag' }] : [],
      initial: { weeks: rollover },
      submitLabel: t('telemetry:quarantine.replay_chosen', { count: items.length }),
      act: async ({ weeks }) => {
        const result = await take(api.POST('/api/v1/telemetry/quarantine/replay', { body: { ids: items.map((item) => item.id), ...(weeks ? { add_weeks: oneRollover } : {}) } }));
        clear();
        openDialog(t('telemetry:quarantine.result'), () => <Result of={result} />);
        await queries.invalidateQueries({ queryKey: [list] });
      },
    });
  };
}

function Result({ of }: { of: Schemas['ReplayView'] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Notice tone={of.still_rejected > 0 ? 'warn' : 'good'}>{t(of.still_rejected > 0 ? 'telemetry:quarantine.some_left' : 'telemetry:quarantine.all_taken')}</Notice>
      <Facts
        facts={[
          [t('telemetry:quarantine.replayed'), of.replayed],
          [t('telemetry:quarantine.accepted'), of.accepted],
          [t('telemetry:quarantine.duplicates'), of.duplicates],
          [t('telemetry:quarantine.still_rejected'), of.still_rejected],
        ]}
      />
    </Stack>
  );
}

function Detail({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = item.raw ? bytesOf(item.raw) : undefined;
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          [t('telemetry:quarantine.received'), format.dateTime(item.received_at)],
          [t('telemetry:quarantine.at'), format.dateTime(item.at)],
          [t('telemetry:devices.device'), item.device_id],
          [t('telemetry:devices.protocol'), item.protocol],
          [t('telemetry:quarantine.reason_label'), t(`telemetry:quarantine.reason.${item.reason}`, { defaultValue: item.reason })],
          [t('telemetry:quarantine.detail'), item.detail],
        ]}
      />
      {bytes ? (
        <Code block tabIndex={0} aria-label={t('telemetry:quarantine.bytes')}>
          {bytes}
        </Code>
      ) : (
        t('telemetry:quarantine.no_bytes')
      )}
    </Stack>
  );
}
