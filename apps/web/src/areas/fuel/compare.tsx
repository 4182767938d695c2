import { Fragment, type ReactNode } from 'react';
import classes from './fuel.module.css';

export interface Compared {
  label: string;
  value: number;
  shown: string;
}

/** Sizes side by side, to one scale; each has its figure in words. */
export function Compare({ bars }: { bars: readonly Compared[] }): ReactNode {
  const max = Math.max(...bars.map((bar) => bar.value), 0) || 1;
  return (
    <div className={classes.bars}>
      {bars.map((bar, index) => (
        <Fragment key={bar.label}>
          <span>{bar.label}</span>
          <div aria-hidden="true">
            <div className={classes.bar} data-second={index > 0 || undefined} style={{ width: `${Math.max(0, (100 * bar.value) / max)}%` }} />
          </div>
          <b>{bar.shown}</b>
        </Fragment>
      ))}
    </div>
  );
}
