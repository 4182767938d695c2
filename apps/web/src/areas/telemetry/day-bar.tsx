import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { lengthOf, type Band, type BandKind } from './day';
import classes from './track.module.css';

const kinds: BandKind[] = ['moving', 'idle', 'stopped', 'no_data'];

/** The day from midnight to midnight; its words and sums stand below, so that no band is only a colour. */
export function DayBar({ bands, from, to }: { bands: readonly Band[]; from: number; to: number }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const place = (at: number): number => (100 * (at - from)) / (to - from);
  return (
    <div>
      <svg className={classes.bar} viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={t('telemetry:track.bar')}>
        <defs>
          <pattern id="silence" width="0.6" height="10" patternUnits="userSpaceOnUse">
            <rect width="0.2" height="10" className={classes.hatch} />
          </pattern>
        </defs>
        {bands.map((band) => (
          <rect key={band.from} x={place(band.from)} width={Math.max(0.05, place(band.to) - place(band.from))} height="10" className={classes[band.kind]}>
            <title>{`${t(`telemetry:band.${band.kind}`)} ${format.time(band.from)} – ${format.time(band.to)}`}</title>
          </rect>
        ))}
      </svg>
      <ul className={classes.legend}>
        {kinds.map((kind) => (
          <li key={kind}>
            <svg width="12" height="12" aria-hidden="true">
              <rect width="12" height="12" className={classes[kind]} />
            </svg>
            {t(`telemetry:band.${kind}`)} {format.duration(lengthOf(bands, kind))}
          </li>
        ))}
      </ul>
    </div>
  );
}
