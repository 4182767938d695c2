import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { StatusBadge } from '../../kit/badge';
import type { Happening } from './happenings';
import classes from './track.module.css';
import { tripHref } from './trip-columns';
import { DetectionBadge, measured, secondsBetween, subjectOf } from './words';

interface ListProps {
  happenings: readonly Happening[];
  chosen: string | undefined;
  onChoose: (happening: Happening) => void;
}

/** What happened, one line each; a line leads the map and the clock there. */
export function HappeningsList({ happenings, chosen, onChoose }: ListProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ol className={classes.happenings} aria-label={t('telemetry:track.happened')}>
      {happenings.map((one) => (
        <li key={one.id} aria-current={one.id === chosen || undefined}>
          <button type="button" className="plain" onClick={() => onChoose(one)}>
            {format.time(one.at)}
          </button>
          <What happening={one} />
        </li>
      ))}
    </ol>
  );
}

function What({ happening }: { happening: Happening }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const lasted = (of: { from_at: string; to_at: string | null }): string => format.duration(secondsBetween(of.from_at, of.to_at) * 1000);
  if (happening.kind === 'trip') {
    const { trip } = happening;
    return (
      <>
        <StatusBadge tone="good" shape="➤">{t('telemetry:trips.one')}</StatusBadge>
        <span>{[lasted(trip), trip.distance_km === null ? '' : format.distance(trip.distance_km, 1)].filter(Boolean).join(' · ')}</span>
        <Anchor component={Link} to={tripHref(trip)} size="sm">
          {t('telemetry:trips.open')}
        </Anchor>
      </>
    );
  }
  if (happening.kind === 'stop') {
    return (
      <>
        <StatusBadge tone="calm">{t('telemetry:stops.one')}</StatusBadge>
        <span>{lasted(happening.stop)}</span>
      </>
    );
  }
  const { detection } = happening;
  return (
    <>
      <DetectionBadge kind={detection.kind} />
      <span>{[detection.value === null ? '' : measured(format, detection.value, detection.unit), subjectOf(detection)].filter(Boolean).join(' · ')}</span>
      <Anchor component={Link} to={`/detections/${detection.id}`} size="sm">
        {t('telemetry:detections.open')}
      </Anchor>
    </>
  );
}
