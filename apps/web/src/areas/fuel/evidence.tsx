import { Anchor, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat, useMay } from '../../app/me';
import { Waiting } from '../../kit/states';
import { Compare, type Compared } from './compare';
import type { Question } from './words';

const Chart = lazy(() => import('../../kit/chart').then((module) => ({ default: module.Chart })));

type Fact = string | number | null;
interface Evidence {
  what: 'fill_up' | 'vehicle' | 'prices' | 'odometer' | 'tank_level' | 'position';
  id?: string;
  facts: Record<string, Fact>;
}

const hourMs = 3_600_000;
/** Shown with the figures they belong to. */
const beside = new Set(['unit', 'currency']);
const evidenceOf = (question: Question): Evidence[] => question.evidence as unknown as Evidence[];
const numberIn = (evidence: readonly Evidence[], what: Evidence['what'], name: string): number | undefined => {
  const value = evidence.find((e) => e.what === what)?.facts[name];
  return typeof value === 'number' ? value : undefined;
};

/** The figures a question was asked from: two sizes side by side where there are two, the level of the tank, and every figure in a table. */
export function EvidenceOf({ question }: { question: Question }): ReactNode {
  const evidence = evidenceOf(question);
  const compared = useCompared(question, evidence);
  const level = evidence.find((e) => e.what === 'tank_level');
  return (
    <Stack gap="sm">
      {compared.length > 0 && (
        <div className="card">
          <Compare bars={compared} />
        </div>
      )}
      {level && <TankLevel question={question} from={level.facts['from_at']} to={level.facts['to_at']} />}
      <Figures evidence={evidence} />
    </Stack>
  );
}

function useCompared({ kind }: Question, evidence: readonly Evidence[]): Compared[] {
  const { t } = useTranslation();
  const format = useFormat();
  const pair = (label: string, value: number | undefined, shown: string): Compared[] => (value === undefined ? [] : [{ label, value, shown }]);
  const litres = (label: string, value: number | undefined): Compared[] => pair(t(`fuel:questions.bar.${label}`), value, format.fuel(value));
  const asked = evidence.findLast((e) => e.what === 'fill_up')?.facts ?? {};
  const unit = t(`fuel:quantity_unit.${asked['unit'] === 'kwh' ? 'kwh' : 'l'}`);
  if (kind === 'tank_rise_differs') return [...litres('entered', numberIn(evidence, 'fill_up', 'litres')), ...litres('rose', numberIn(evidence, 'tank_level', 'rise_l'))];
  if (kind === 'drain_suspected') return [...litres('level_before', numberIn(evidence, 'tank_level', 'from_l')), ...litres('level_after', numberIn(evidence, 'tank_level', 'to_l'))];
  if (kind === 'more_than_tank') {
    const amount = (label: string, value: number | undefined): Compared[] => pair(t(`fuel:questions.bar.${label}`), value, `${format.number(value, 1)} ${unit}`);
    return [...amount('entered', numberIn(evidence, 'fill_up', 'quantity')), ...amount('holds', numberIn(evidence, 'vehicle', 'capacity'))];
  }
  if (kind === 'price_outlier') {
    const price = (label: string, value: number | undefined): Compared[] => pair(t(`fuel:questions.bar.${label}`), value, `${format.money(value, String(asked['currency'] ?? format.habits.currency))} / ${unit}`);
    return [...price('paid', numberIn(evidence, 'fill_up', 'price_minor')), ...price('usual', numberIn(evidence, 'prices', 'median_minor'))];
  }
  return [];
}

/** The tank around that time, as its sensor says; kept only as long as raw samples are. */
function TankLevel({ question, from, to }: { question: Question; from: Fact | undefined; to: Fact | undefined }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const begin = Date.parse(String(from ?? question.at)) - hourMs;
  const end = Date.parse(String(to ?? question.at)) + hourMs;
  const { data } = useQuery({
    queryKey: ['tank-level', question.vehicle_id, begin, end],
    queryFn: () => take(api.GET('/api/v1/fuel_log/vehicles/{vehicle_id}/tank_level', { params: { path: { vehicle_id: question.vehicle_id }, query: { from: new Date(begin).toISOString(), to: new Date(end).toISOString() } } })),
    enabled: may('fuel_log.tank.read'),
    retry: false,
  });
  const drawn = useMemo(() => ({ times: (data?.levels ?? []).map((l) => Date.parse(l.at) / 1000), line: { label: t('fuel:questions.level'), unit: t('fuel:quantity_unit.l'), values: (data?.levels ?? []).map((l) => l.litres) } }), [data, t]);
  if (!data) return null;
  if (data.levels.length === 0) return <Text size="sm">{t('fuel:questions.no_level')}</Text>;
  return (
    <div className="card">
      <Suspense fallback={<Waiting />}>
        <Chart label={t('fuel:questions.level')} times={drawn.times} line={drawn.line} timeZone={format.habits.timeZone} range={[begin / 1000, end / 1000]} />
      </Suspense>
      {data.changes.map((change) => (
        <Text key={change.from_at} size="sm">
          {t(`fuel:questions.change.${change.kind}`, { litres: format.fuel(change.litres) })}: {format.dateTime(change.from_at)} – {format.time(change.to_at)}, {format.fuel(change.from_l)} → {format.fuel(change.to_l)}
        </Text>
      ))}
    </div>
  );
}

function Figures({ evidence }: { evidence: readonly Evidence[] }): ReactNode {
  const { t } = useTranslation();
  const show = useShown();
  return (
    <Table.ScrollContainer minWidth={300} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('fuel:questions.evidence') } }}>
      <Table withTableBorder verticalSpacing={4} style={{ background: 'var(--paper)' }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('fuel:questions.read_from')}</Table.Th>
            <Table.Th>{t('fuel:questions.figure')}</Table.Th>
            <Table.Th>{t('fuel:questions.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {evidence.flatMap((one, index) =>
            Object.entries(one.facts).filter(([name]) => !beside.has(name)).map(([name, value], row) => (
              <Table.Tr key={`${index}-${name}`}>
                <Table.Td>{row === 0 && <Source of={one} />}</Table.Td>
                <Table.Td>{t(`fuel:questions.fact.${name}`, { defaultValue: name })}</Table.Td>
                <Table.Td>{show(name, value, one.facts)}</Table.Td>
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Source({ of }: { of: Evidence }): ReactNode {
  const { t } = useTranslation();
  const name = t(`fuel:questions.source.${of.what}`);
  return of.what === 'fill_up' && of.id ? (
    <Anchor component={Link} to={`/fill-ups/${of.id}`} size="sm">
      {name}
    </Anchor>
  ) : (
    name
  );
}

function useShown(): (name: string, value: Fact, facts: Record<string, Fact>) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (name, value, facts) => {
    if (value === null) return '–';
    if (name === 'at' || name.endsWith('_at')) return format.dateTime(value);
    if (typeof value === 'string') return value;
    if (name.endsWith('_minor')) return format.money(value, String(facts['currency'] ?? format.habits.currency));
    if (name === 'litres' || name.endsWith('_l')) return format.fuel(value);
    if (name.endsWith('_km')) return format.distance(value);
    if (name === 'metres') return value >= 1000 ? format.distance(value / 1000, 1) : `${format.number(value)} m`;
    if (name === 'quantity' || name === 'capacity') return `${format.number(value, 2)} ${t(`fuel:quantity_unit.${facts['unit'] === 'kwh' ? 'kwh' : 'l'}`)}`;
    return format.number(value, ['lat', 'lon', 'latitude', 'longitude'].includes(name) ? 5 : 2);
  };
}
