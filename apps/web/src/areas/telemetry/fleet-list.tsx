import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import { Ago } from '../../kit/time';
import type { Tracked } from './fleet-store';
import classes from './map.module.css';
import { MotionBadge } from './words';

const rowPx = 52;
const spare = 6;

/** Only the rows that can be seen exist: ten thousand of them would be slow to draw and slower to change each second. */
export function FleetList({ fleet, chosen, onChoose }: { fleet: readonly Tracked[]; chosen: string | undefined; onChoose: (id: string) => void }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const first = Math.max(0, Math.floor(view.top / rowPx) - spare);
  const last = Math.min(fleet.length, Math.ceil((view.top + view.height) / rowPx) + spare);
  return (
    <div ref={box} className={classes.list} role="group" aria-label={t('telemetry:map.list')} tabIndex={-1}>
      <div style={{ height: fleet.length * rowPx }}>
        {fleet.slice(first, last).map((v, i) => (
          <button key={v.vehicle_id} type="button" className={classes.row} style={{ top: (first + i) * rowPx }} aria-current={v.vehicle_id === chosen} onClick={() => onChoose(v.vehicle_id)}>
            <b>{v.plate}</b>
            <MotionBadge state={v.state} />
            <span className={classes.soft}>{v.name || (v.lat === null ? t('telemetry:map.no_place') : '')}</span>
            <span className={`${classes.soft} ${classes.right}`}>{v.state === 'moving' ? format.speed(v.speed_kmh) : <Ago at={v.at} />}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
