import { useEffect, useState, type ReactNode } from 'react';
import { useFormat } from '../app/me';

/** The time now, again every so often. */
export function useNow(everyMs = 15_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** "5 min ago", with the whole moment for whoever points at it. */
export function Ago({ at }: { at: string | null | undefined }): ReactNode {
  const format = useFormat();
  useNow();
  if (!at) return '–';
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.relative(at, Date.now())}
    </time>
  );
}
