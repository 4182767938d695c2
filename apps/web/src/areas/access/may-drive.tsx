import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, type Schemas } from '../../api/client';
import { May, useFormat } from '../../app/me';
import { Facts } from '../../kit/detail';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { LockoutList } from './lockout-list';

type Status = Schemas['AccessStatusView'];

/** What the judgement rests on, as the server hands it over. */
interface Known {
  status?: string;
  blacklisted?: boolean;
  medicalUntil?: (string | null)[];
  lockouts?: { id: string }[];
  holding?: { vehicle_id: string; kind: 'shift' | 'rental'; since: string };
  lastShiftEndedAt?: string;
  limits?: { shift_max_minutes: number; rest_min_minutes: number };
}

/** May this driver drive just now, and every reason why not. */
export default function MayDrive({ driverId }: { driverId: string }): ReactNode {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['access', 'status', driverId],
    queryFn: () => take(api.GET('/api/v1/access/{driver_id}/status', { params: { path: { driver_id: driverId } } })),
    refetchInterval: 30_000,
  });
  if (error && !data) return <Trouble error={error} again={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <Stack gap="md">
      <Answer status={data} />
      <FactsUsed status={data} />
      <May permission="access_control.lockout.read">
        <section>
          <Title order={2} size="h5">
            {t('access:lockouts.nav')}
          </Title>
          <LockoutList inner driverId={driverId} />
        </section>
      </May>
    </Stack>
  );
}

function Answer({ status }: { status: Status }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const reasonText = useReasonText();
  return (
    <Notice tone={status.allowed ? 'good' : 'bad'} role="status" title={t(status.allowed ? 'access:drive.allowed' : 'access:drive.denied')}>
      {status.reasons.map((reason, index) => (
        <Text key={index} size="sm">
          {reasonText(reason)}
        </Text>
      ))}
      <Text size="xs">{t('access:drive.checked', { at: format.time(status.checked_at) })}</Text>
    </Notice>
  );
}

/** A reason in words, with its own days and minutes. */
function useReasonText(): (reason: Status['reasons'][number]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ code, detail, facts = {} }) => {
    const minutes = (name: string): string => format.duration(Number(facts[name]) * 60_000);
    const until = typeof facts['until'] === 'string' ? t('access:lockouts.until_at', { at: format.dateTime(facts['until']) }) : t('access:lockouts.until_lifted');
    return t(`access:drive.why.${code}`, {
      defaultValue: detail,
      status: typeof facts['status'] === 'string' ? t(`drivers:status.${facts['status']}`, { defaultValue: t(`vehicles:status.${facts['status']}`, { defaultValue: facts['status'] }) }) : '',
      paper: typeof facts['kind'] === 'string' ? t(`drivers:papers.kind.${facts['kind']}`, { defaultValue: facts['kind'] }) : '',
      day: format.day(facts['expires_on'] as string | undefined),
      reason: typeof facts['reason_code'] === 'string' ? t(`access:lockouts.reason.${facts['reason_code']}`) : '',
      until,
      had: minutes('minutes'),
      most: minutes('max_minutes'),
      least: minutes('min_minutes'),
    });
  };
}

function FactsUsed({ status }: { status: Status }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const known = status.facts as Known;
  const { holding, limits } = known;
  const medical = known.medicalUntil?.length ? known.medicalUntil.map((day) => (day ? format.day(day) : t('access:drive.without_end'))).join(', ') : t('access:drive.no_medical');
  const minutes = (count: number | undefined): string => format.duration(count === undefined ? undefined : count * 60_000);
  return (
    <section>
      <Title order={2} size="h5" mb={6}>
        {t('access:drive.facts')}
      </Title>
      <Facts
        facts={[
          [t('drivers:field.status'), known.status ? t(`drivers:status.${known.status}`, { defaultValue: known.status }) : null],
          [t('drivers:blacklisted'), t(known.blacklisted ? 'kit:yes' : 'kit:no')],
          [t('access:drive.medical'), medical],
          [t('access:drive.open_lockouts'), format.number(known.lockouts?.length ?? 0)],
          [
            t('access:drive.holds'),
            holding ? (
              <Anchor key="holds" component={Link} to={`/vehicles/${holding.vehicle_id}`} size="sm">
                {t(`drivers:shifts.kind.${holding.kind}`)} · {format.dateTime(holding.since)}
              </Anchor>
            ) : (
              t('access:drive.no_vehicle')
            ),
          ],
          [t('access:drive.last_shift'), known.lastShiftEndedAt ? format.dateTime(known.lastShiftEndedAt) : null],
          [t('access:drive.shift_max'), minutes(limits?.shift_max_minutes)],
          [t('access:drive.rest_min'), minutes(limits?.rest_min_minutes)],
        ]}
      />
    </section>
  );
}
