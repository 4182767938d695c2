import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { subjectOf, type Detection } from '../telemetry/words';
import classes from './card.module.css';
import type { Vehicle } from './words';

const hourMs = 3_600_000;
/** As long as a fault is worth a look after it was told first. */
const faultHours = 30 * 24;

interface Check {
  name: string;
  tone: Tone;
  word: string;
  more?: ReactNode;
}

/** Is it fine? One line a question, each with a way to the answer's rows. */
export function ChecksPanel({ vehicle }: { vehicle: Vehicle }): ReactNode {
  const { t } = useTranslation();
  const checks = [useTrust(vehicle), useFaults(vehicle), useNoticed(vehicle), usePapers(vehicle)].filter((check) => check !== undefined);
  return (
    <section className="card" aria-label={t('telemetry:checks.title')}>
      <h2 className={classes.title}>{t('telemetry:checks.title')}</h2>
      <ul className={classes.checks}>
        {checks.map((check) => (
          <li key={check.name}>
            <span>{check.name}</span>
            <StatusBadge tone={check.tone}>{check.word}</StatusBadge>
            <span className={classes.more}>{check.more}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const tab = (vehicle: Vehicle, id: string, text: string): ReactNode => (
  <Anchor component={Link} to={`/vehicles/${vehicle.id}?tab=${id}`} size="sm">
    {text}
  </Anchor>
);

function useTrust(vehicle: Vehicle): Check | undefined {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const { data } = useQuery({ queryKey: ['trust', vehicle.id], queryFn: () => take(api.GET('/api/v1/telemetry/{vehicle_id}/trust', { params: { path: { vehicle_id: vehicle.id } } })), enabled: may('telemetry_engine.sample.read'), refetchInterval: 60_000 });
  if (!data) return undefined;
  const doubtful = Object.values(data.marked as Record<string, number>).reduce((sum, count) => sum + count, 0);
  const tone: Tone = data.samples === 0 ? 'bad' : data.coverage >= 0.95 ? 'good' : data.coverage >= 0.7 ? 'warn' : 'bad';
  const word = data.samples === 0 ? t('telemetry:trust.silent') : t('telemetry:checks.covered', { share: format.number(data.coverage * 100) });
  return { name: t('telemetry:trust.tab'), tone, word, more: tab(vehicle, 'trust', doubtful > 0 ? t('telemetry:checks.doubtful', { count: doubtful }) : t('telemetry:checks.look')) };
}

function useFaults(vehicle: Vehicle): Check | undefined {
  const { t } = useTranslation();
  const { rows } = useDetections(vehicle, faultHours, 'new_dtc');
  if (!rows) return undefined;
  const codes = [...new Set(rows.map(subjectOf))].filter(Boolean);
  const first = rows[0];
  return {
    name: t('telemetry:checks.faults'),
    tone: codes.length > 0 ? 'bad' : 'good',
    word: codes.length > 0 ? codes.slice(0, 6).join(', ') : t('telemetry:checks.no_faults'),
    more: first && <Anchor component={Link} to={`/detections/${first.id}`} size="sm">{t('telemetry:checks.look')}</Anchor>,
  };
}

function useNoticed(vehicle: Vehicle): Check | undefined {
  const { t } = useTranslation();
  const { rows, more } = useDetections(vehicle, 24);
  if (!rows) return undefined;
  const word = rows.length === 0 ? t('telemetry:checks.nothing') : `${t('telemetry:checks.noticed', { count: rows.length })}${more ? '+' : ''}`;
  return { name: t('telemetry:checks.today'), tone: rows.length > 0 ? 'warn' : 'good', word, more: tab(vehicle, 'detections', t('telemetry:checks.look')) };
}

function useDetections(vehicle: Vehicle, hours: number, kind?: string): { rows: Detection[] | undefined; more: boolean } {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['/api/v1/telemetry/detections', vehicle.id, hours, kind],
    queryFn: () => fetchPage('/api/v1/telemetry/detections', { query: { vehicle_id: vehicle.id, from: new Date(Date.now() - hours * hourMs).toISOString(), ...(kind ? { kind } : {}) }, limit: 100 }, null),
    enabled: may('telemetry_engine.detection.read'),
    refetchInterval: 60_000,
  });
  return { rows: data?.items, more: data?.next_cursor != null };
}

function usePapers(vehicle: Vehicle): Check | undefined {
  const { t } = useTranslation();
  const may = useMay();
  const path = '/api/v1/transport_registry/{vehicle_id}/documents';
  const { data } = useQuery({ queryKey: [path, vehicle.id], queryFn: () => fetchPage(path, { path: { vehicle_id: vehicle.id }, limit: 100 }, null), enabled: may('transport_registry.document.read') });
  if (!data) return undefined;
  const states = data.items.map((paper) => paper.state);
  const worst = (['expired', 'expiring', 'valid'] as const).find((state) => states.includes(state));
  const tones = { expired: 'bad', expiring: 'warn', valid: 'good' } as const;
  return { name: t('vehicles:papers.tab'), tone: worst ? tones[worst] : 'off', word: worst ? t(`vehicles:papers.state.${worst}`) : t('vehicles:papers.none'), more: tab(vehicle, 'papers', t('telemetry:checks.look')) };
}
