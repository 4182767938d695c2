import { Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { DriverLink } from '../drivers/words';
import { useWho } from '../../kit/colleagues';
import { EventState, FineStateBadge, type EventHistory } from './words';

interface Entry {
  key: string;
  at: string;
  what: ReactNode;
  who: string;
  reason: string | null;
}

/** Everything that was ever said about it in one line of time, newest first. */
export function EventPast({ past, currency }: { past: EventHistory; currency: string | null }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const who = useWho();
  const cause = (name: string): string => t(`events:cause.${name}`, { defaultValue: name.replaceAll('_', ' ') });
  const entries: Entry[] = [
    ...past.revisions.map((r): Entry => ({ key: `r${r.revision}`, at: r.recorded_at, what: <Said text={t('events:past.revision', { number: r.revision })} more={[r.title, format.dateTime(r.at), r.plate, r.amount_minor === null ? null : format.money(r.amount_minor, currency ?? undefined)]} />, who: who(r.recorded_by), reason: r.text })),
    ...past.attributions.map((a, i): Entry => ({ key: `a${i}`, at: a.at, what: <Said text={t(`events:outcome.${a.outcome}`)} driver={a.driver_id} more={[cause(a.cause)]} candidates={a.candidates} />, who: who(a.by_id, a.by_kind), reason: a.reason })),
    ...past.rulings.map((r, i): Entry => ({ key: `j${i}`, at: r.at, what: <Said badge={<EventState state={r.state as 'accepted'} />} more={[...r.review.map((one) => t(`events:review.${one}`)), cause(r.cause)]} />, who: who(r.by_id, r.by_kind), reason: r.reason })),
    ...past.steps.map((s): Entry => ({ key: `s${s.seq}`, at: s.at, what: <Said badge={<FineStateBadge state={s.state as 'received'} />} driver={s.driver_id} more={[format.money(s.amount_minor, s.currency), cause(s.cause)]} />, who: who(s.by_id, s.by_kind), reason: s.reason })),
    ...past.retellings.map((r, i): Entry => ({ key: `t${i}`, at: r.told_at, what: <Said text={t('events:past.retelling', { source: t(`events:source.${r.source}`, { defaultValue: r.source }) })} more={[r.reference, ...Object.entries(r.differs).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)]} />, who: who(r.told_by, 'client'), reason: null })),
    ...past.evidence.map((e): Entry => ({ key: e.id, at: e.at, what: t('events:past.evidence'), who: who(e.by_id), reason: null })),
  ];
  // Of one moment the later word comes first.
  const sorted = entries.map((entry, index) => ({ entry, index })).sort((a, b) => Date.parse(b.entry.at) - Date.parse(a.entry.at) || b.index - a.index);
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ tabIndex: 0 }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('kit:when')}</Table.Th>
            <Table.Th>{t('kit:what')}</Table.Th>
            <Table.Th>{t('kit:who')}</Table.Th>
            <Table.Th>{t('vehicles:reason')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map(({ entry }) => (
            <Table.Tr key={entry.key}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{format.dateTime(entry.at)}</Table.Td>
              <Table.Td>{entry.what}</Table.Td>
              <Table.Td>{entry.who}</Table.Td>
              <Table.Td>{entry.reason ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Said({ text, badge, driver, more = [], candidates = [] }: { text?: string; badge?: ReactNode; driver?: string | null; more?: (string | null)[]; candidates?: string[] }): ReactNode {
  const { t } = useTranslation();
  const rest = more.filter(Boolean).join(' · ');
  return (
    <Stack gap={0} align="flex-start">
      {badge}
      {text && <Text size="sm">{text}</Text>}
      {driver && <DriverLink id={driver} number={0} />}
      {candidates.length > 1 && (
        <Text size="xs">
          {t('events:past.candidates')}{' '}
          {candidates.map((id) => (
            <span key={id}>
              <DriverLink id={id} number={0} />{' '}
            </span>
          ))}
        </Text>
      )}
      {rest && (
        <Text size="xs" c="dimmed">
          {rest}
        </Text>
      )}
    </Stack>
  );
}
