import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';

export interface Line {
  label: string;
  unit: string;
  values: (number | null)[];
}

/** A stretch of time behind the line. */
export interface Band {
  /** Seconds since 1970. */
  from: number;
  to: number;
  color: string;
}

interface ChartProps {
  label: string;
  /** Seconds since 1970. */
  times: number[];
  line: Line;
  timeZone: string;
  range: [number, number];
  /** Days and weeks instead of seconds: a date to point at, and a dot where a value stands alone. */
  coarse?: boolean;
  bands?: readonly Band[];
}

const noBands: readonly Band[] = [];

const height = 150;

/** A line over time; where nothing is known it stops. */
export function Chart({ label, times, line, timeZone, range, coarse = false, bands = noBands }: ChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme() === 'dark';
  const [begin, end] = range;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const ink = dark ? '#9aa5b3' : '#5a6472';
    const grid = { stroke: dark ? '#2d343e' : '#e4e8ed', width: 1 };
    const days = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone, day: 'numeric', month: 'short' });
    const inDays = (seconds: number): string => days.format(seconds * 1000);
    const axis = { stroke: ink, grid, ticks: grid, font: '11px system-ui' };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        scales: { x: { time: true, range: [begin, end] } },
        axes: [coarse ? { ...axis, values: (_, splits) => splits.map(inDays) } : axis, { ...axis, size: 52, values: (_, splits) => splits.map((value) => `${value}`) }],
        series: [{ value: coarse ? (_, seconds) => (seconds == null ? '–' : inDays(seconds)) : '{HH}:{mm}:{ss}' }, { label: `${line.label}, ${line.unit}`, stroke: dark ? '#54acb4' : '#0f6b74', width: 1.5, spanGaps: false, points: { show: coarse, size: 6 } }],
        hooks: { drawClear: [(u) => paint(u, bands)] },
        cursor: { drag: { x: false, y: false } },
      },
      [times, line.values],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, line, timeZone, begin, end, dark, coarse, bands]);
  return <div ref={box} role="img" aria-label={label} />;
}

function paint(plot: uPlot, bands: readonly Band[]): void {
  const { left, top, width, height: deep } = plot.bbox;
  plot.ctx.save();
  for (const { from, to, color } of bands) {
    const begin = Math.max(left, plot.valToPos(from, 'x', true));
    const end = Math.min(left + width, plot.valToPos(to, 'x', true));
    if (end <= begin) continue;
    plot.ctx.fillStyle = color;
    plot.ctx.fillRect(begin, top, end - begin, deep);
  }
  plot.ctx.restore();
}
