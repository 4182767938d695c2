import { Anchor, Button, Code, Group, Kbd, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import { Notice } from '../../kit/notice';
import { failed } from '../../kit/toast';
import classes from './fuel.module.css';
import { unknownIn, type InboxItem } from './inbox-words';
import type { InboxActs } from './use-inbox-acts';

/** The message as it was written, what was read from it, and why a person should look. */
export function InboxRecord({ item, acts, decide }: { item: InboxItem; acts: InboxActs; decide: boolean }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Stack gap="sm" className="card" component="section" aria-label={t('fuel:inbox.record')}>
      <p className={classes.message} lang="">
        {item.message ?? t('fuel:inbox.no_message')}
      </p>
      {item.issues.map((issue) => (
        <Issue key={issue.code} item={item} issue={issue} acts={acts} decide={decide} />
      ))}
      <ReadAs item={item} />
      {decide && (
        <Group gap="xs">
          <Button size="sm" onClick={() => acts.apply(item)} rightSection={<Kbd size="xs">a</Kbd>}>
            {t('fuel:inbox.apply')}
          </Button>
          <Button size="sm" variant="default" onClick={() => acts.edit(item)} rightSection={<Kbd size="xs">e</Kbd>}>
            {t('fuel:inbox.edit')}
          </Button>
          <Button size="sm" variant="light" color="red" onClick={() => acts.decline(item)} rightSection={<Kbd size="xs">d</Kbd>}>
            {t('fuel:inbox.decline')}
          </Button>
        </Group>
      )}
      {!decide && item.decisions.some((d) => !d.undone && d.action !== 'undo') && may('fuel_log.inbox.decide') && (
        <Group>
          <Button size="xs" variant="default" onClick={() => void acts.undo(item.id).catch(failed)}>
            {t('kit:undo')}
          </Button>
        </Group>
      )}
      <Decisions item={item} />
      <details>
        <summary>{t('fuel:inbox.raw')}</summary>
        <Code block tabIndex={0} aria-label={t('fuel:inbox.raw')} className={classes.raw}>
          {JSON.stringify(item.raw, null, 1)}
        </Code>
      </details>
    </Stack>
  );
}

function Issue({ item, issue, acts, decide }: { item: InboxItem; issue: InboxItem['issues'][number]; acts: InboxActs; decide: boolean }): ReactNode {
  const { t } = useTranslation();
  const { suggestion } = issue;
  const unknown = unknownIn(item, issue.code);
  const means = suggestion && (suggestion.kind === 'fuel_type' ? t(`vehicles:fuel.${suggestion.canonical}`, { defaultValue: suggestion.canonical }) : suggestion.canonical);
  const spelling = unknown?.spelling ?? suggestion?.spelling;
  return (
    <Notice tone="warn" title={t(`fuel:inbox.issue.${issue.code}`)}>
      {issue.code === 'odometer_out_of_line' && item.odometer_void_reason && <Text size="sm">{item.odometer_void_reason}</Text>}
      {spelling && (
        <Group gap="xs" mt={4}>
          <Text size="sm">{suggestion ? t('fuel:inbox.suggested', { spelling, means, percent: Math.round(suggestion.similarity * 100) }) : t('fuel:inbox.spelled', { spelling })}</Text>
          {suggestion && (
            <>
              <May permission="fuel_log.alias.write">
                <Button size="compact-xs" onClick={() => acts.take({ kind: suggestion.kind, spelling, canonical: suggestion.canonical })}>
                  {t('fuel:aliases.teach_it', { spelling, means })}
                </Button>
              </May>
              {decide && (
                <Button size="compact-xs" variant="default" onClick={() => acts.correct(item, { [suggestion.kind]: suggestion.canonical })}>
                  {t('fuel:inbox.only_here')}
                </Button>
              )}
            </>
          )}
          {unknown && (
            <May permission="fuel_log.alias.write">
              <Button size="compact-xs" variant="subtle" onClick={() => acts.ask(unknown)}>
                {t('fuel:inbox.another_meaning')}
              </Button>
            </May>
          )}
        </Group>
      )}
      {item.duplicate_of && issue.code === 'duplicate' && <Text size="sm">{t('fuel:inbox.duplicate_of', { id: item.duplicate_of })}</Text>}
    </Notice>
  );
}

const written = { plate: 'car', fueled_at: 'fuel_date', litres: 'litres', amount: 'amount', odometer_km: 'odometer', fuel_type: 'fuel_type', department: 'department', driver: 'driver', station: 'station' } as const;
type Name = keyof typeof written;

function ReadAs({ item }: { item: InboxItem }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const read: Record<Name, ReactNode> = {
    plate: item.vehicle_id ? (
      <Anchor component={Link} to={`/vehicles/${item.vehicle_id}`} size="sm">
        {item.plate_norm}
      </Anchor>
    ) : (
      item.plate_norm
    ),
    fueled_at: item.fueled_at && format.dateTime(item.fueled_at),
    litres: item.litres === null ? null : format.fuel(item.litres, 2),
    amount: item.amount_minor === null ? null : format.money(item.amount_minor, item.currency ?? undefined),
    odometer_km: item.odometer_km === null ? null : <span className={item.odometer_void_reason ? 'struck' : undefined}>{format.distance(item.odometer_km)}</span>,
    fuel_type: item.fuel_type && t(`vehicles:fuel.${item.fuel_type}`, { defaultValue: item.fuel_type }),
    department: item.department,
    driver: item.driver,
    station: item.station,
  };
  const said = (name: Name): string => (item.raw[written[name]] === undefined || item.raw[written[name]] === null ? '–' : String(item.raw[written[name]]));
  const corrected = (name: Name): boolean => item.overlay !== null && Object.hasOwn(item.overlay, written[name]);
  return (
    <table className={classes.fields}>
      <caption className="sr-only">{t('fuel:inbox.read_as')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('fuel:inbox.field')}</th>
          <th scope="col">{t('fuel:inbox.written')}</th>
          <th scope="col">{t('fuel:inbox.read_as')}</th>
        </tr>
      </thead>
      <tbody>
        {(Object.keys(written) as Name[]).map((name) => (
          <tr key={name}>
            <th scope="row">{t(`fuel:inbox.name.${name}`)}</th>
            <td>{said(name)}</td>
            <td>
              {read[name] ?? <StatusBadge tone="off">{t('fuel:inbox.unread')}</StatusBadge>} {corrected(name) && <StatusBadge tone="busy">{t('fuel:inbox.corrected')}</StatusBadge>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Decisions({ item }: { item: InboxItem }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  if (item.decisions.length === 0) return null;
  return (
    <Stack gap={0}>
      {item.decisions.map((decision) => (
        <Text key={decision.at} size="xs" className={decision.undone ? 'struck' : undefined}>
          {format.dateTime(decision.at)} · {t(`fuel:inbox.decision.${decision.action}`)}
          {decision.reason ? ` · ${decision.reason}` : ''}
        </Text>
      ))}
    </Stack>
  );
}
