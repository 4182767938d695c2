import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, download, take, type Schemas } from '../../api/client';
import { asProblem } from '../../api/problem';
import { May, useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { ask } from '../../kit/dialogs';
import { Icon } from '../../kit/icons';
import { Notice } from '../../kit/notice';
import { Trouble, Waiting } from '../../kit/states';
import { done, failed } from '../../kit/toast';
import { driverKey, type Driver } from './words';

type Request = Schemas['ErasureRequestView'];
const erasure = '/api/v1/driver_module/drivers/{driver_id}/erasure';
const tones: Record<Request['state'], Tone> = { requested: 'warn', executed: 'off', withdrawn: 'calm' };

/** What a person may ask of us: everything kept about them, and to be forgotten. */
export default function PrivacyTab({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const save = (path: string): void => void download(path).catch(failed);
  return (
    <Stack gap="sm">
      <section className="card" aria-label={t('drivers:privacy.export')}>
        <Title order={2} size="h5">
          {t('drivers:privacy.export')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t('drivers:privacy.export_hint')}
        </Text>
        <Group gap="xs">
          <May permission="driver_module.privacy.export">
            <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => save(`/api/v1/driver_module/drivers/${driver.id}/personal_data`)}>
              {t('drivers:privacy.data')}
            </Button>
          </May>
          <May permission="event_log.privacy.export">
            <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => save(`/api/v1/event_log/driver/${driver.id}/personal_data`)}>
              {t('drivers:privacy.events')}
            </Button>
          </May>
        </Group>
      </section>
      <section className="card" aria-label={t('drivers:privacy.erasure')}>
        <Erasure driver={driver} />
      </section>
    </Stack>
  );
}

/** No request yet is no trouble. */
async function readRequest(driverId: string): Promise<Request | null> {
  try {
    return await take(api.GET(erasure, { params: { path: { driver_id: driverId } } }));
  } catch (error) {
    if (asProblem(error).status === 404) return null;
    throw error;
  }
}

function useErasureActs(driver: Driver): Record<'request' | 'withdraw' | 'execute', () => void> {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const path = { driver_id: driver.id };
  const changed = (text: string): Promise<void> => {
    done(text);
    return queries.invalidateQueries({ queryKey: driverKey(driver.id) });
  };
  const request = (): void =>
    ask({
      title: t('drivers:privacy.ask'),
      body: t('drivers:privacy.ask_body'),
      submitLabel: t('drivers:privacy.ask'),
      act: async (_, idempotency) => {
        await api.POST(erasure, { params: { path }, headers: { 'Idempotency-Key': idempotency } });
        await changed(t('drivers:privacy.asked'));
      },
    });
  const withdraw = (): void =>
    ask({
      title: t('drivers:privacy.withdraw'),
      submitLabel: t('drivers:privacy.withdraw'),
      act: async () => {
        await api.POST('/api/v1/driver_module/drivers/{driver_id}/erasure/withdraw', { params: { path } });
        await changed(t('kit:saved'));
      },
    });
  const execute = (): void =>
    ask({
      title: t('drivers:privacy.execute'),
      body: t('drivers:privacy.execute_body', { number: driver.driver_no }),
      fields: [{ name: 'confirm_driver_no', label: t('drivers:privacy.confirm'), kind: 'number', required: true }],
      submitLabel: t('drivers:privacy.execute'),
      danger: true,
      act: async ({ confirm_driver_no }) => {
        await api.POST('/api/v1/driver_module/drivers/{driver_id}/erasure/execute', { params: { path }, body: { confirm_driver_no: Number(confirm_driver_no) } });
        await changed(t('drivers:privacy.executed'));
      },
    });
  return { request, withdraw, execute };
}

function Erasure({ driver }: { driver: Driver }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const acts = useErasureActs(driver);
  const key = [...driverKey(driver.id), 'erasure'];
  const { data: request, error, isPending } = useQuery({ queryKey: key, queryFn: () => readRequest(driver.id) });
  if (error) return <Trouble error={error} />;
  if (isPending) return <Waiting />;
  const open = request?.state === 'requested';
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Title order={2} size="h5">
          {t('drivers:privacy.erasure')}
        </Title>
        {request && <StatusBadge tone={tones[request.state]}>{t(`drivers:privacy.state.${request.state}`)}</StatusBadge>}
      </Group>
      <Text size="sm" c="dimmed">
        {request ? t('drivers:privacy.since', { at: format.dateTime(request.decided_at ?? request.asked_at) }) : t('drivers:privacy.none')}
      </Text>
      {request && <Report report={request.report} />}
      <Group gap="xs">
        {!open && !driver.erased_at && (
          <Button size="xs" variant="default" onClick={acts.request}>
            {t('drivers:privacy.ask')}
          </Button>
        )}
        {open && (
          <Button size="xs" variant="default" onClick={acts.withdraw}>
            {t('drivers:privacy.withdraw')}
          </Button>
        )}
        {open && may('driver_module.privacy.erase') && (
          <Button size="xs" variant="light" color="red" disabled={request.report.blockers.length > 0} onClick={acts.execute}>
            {t('drivers:privacy.execute')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Report({ report }: { report: Request['report'] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="xs">
      {report.blockers.length > 0 && (
        <Notice tone="bad" title={t('drivers:privacy.blocked')}>
          {report.blockers.map((blocker) => (
            <Text key={blocker.code} size="sm">
              {blocker.detail}
            </Text>
          ))}
        </Notice>
      )}
      {(['erased', 'stays'] as const).map((part) => (
        <Table.ScrollContainer key={part} minWidth={360} scrollAreaProps={{ tabIndex: 0 }}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(`drivers:privacy.part.${part}`)}</Table.Th>
                <Table.Th ta="right">{t('drivers:privacy.count')}</Table.Th>
                <Table.Th>{t('drivers:privacy.why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {report[part].map((row) => (
                <Table.Tr key={row.what}>
                  <Table.Td>{row.what}</Table.Td>
                  <Table.Td ta="right">{format.number(row.count)}</Table.Td>
                  <Table.Td>{row.why}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ))}
    </Stack>
  );
}
