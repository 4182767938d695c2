import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ownerName } from '../../api/session';
import { beforeLeaving } from '../../app/leave';
import { useMe } from '../../app/me';
import { Icon } from '../../kit/icons';
import { Reports, type Fix } from './reports';

/** The phone as a device: a driver's own sign-in sends no positions, the office gives these two. */
export interface PhoneDevice {
  id: string;
  password: string;
}

export type ReportingFault = 'refused_by_browser' | 'unknown_device';

interface Reporting {
  on: boolean;
  fault: ReportingFault | undefined;
  lastAt: number | undefined;
  waiting: number;
  start: (device: PhoneDevice) => void;
  stop: () => void;
  known: PhoneDevice | undefined;
}

const ReportingContext = createContext<Reporting | undefined>(undefined);

export function useReporting(): Reporting {
  const reporting = use(ReportingContext);
  if (!reporting) throw new Error('This page stands outside of the driver app.');
  return reporting;
}

interface Kept {
  owner: string;
  device: PhoneDevice;
  on: boolean;
}

const keptKey = 'fleet.position';

function readKept(owner: string): Kept | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keptKey) ?? 'null') as Kept | null;
    return kept?.owner === owner ? kept : undefined;
  } catch {
    return undefined;
  }
}

const fixOf = ({ coords, timestamp }: GeolocationPosition): Fix => ({ at: timestamp, latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy, speed: coords.speed, heading: coords.heading });

/** Tells where the phone is while somebody wants that and the app is open; never before they said so. */
export function ReportingProvider({ children }: { children: ReactNode }): ReactNode {
  const me = useMe();
  const owner = ownerName(me.id, me.account_id);
  const [kept, setKept] = useState(() => readKept(owner));
  const [fault, setFault] = useState<ReportingFault>();
  const [lastAt, setLastAt] = useState<number>();
  const [waiting, setWaiting] = useState(0);
  const keep = useCallback((next: Kept | undefined) => {
    if (next) localStorage.setItem(keptKey, JSON.stringify(next));
    else localStorage.removeItem(keptKey);
    setKept(next);
  }, []);
  const stop = useCallback(() => {
    const now = readKept(owner);
    if (now) keep({ ...now, on: false });
  }, [owner, keep]);
  const start = useCallback((device: PhoneDevice) => {
    setFault(undefined);
    keep({ owner, device, on: true });
  }, [owner, keep]);

  useEffect(() => beforeLeaving(() => Promise.resolve(keep(undefined))), [keep]);
  const on = kept?.on === true;
  const id = kept?.device.id ?? '';
  const password = kept?.device.password ?? '';
  useEffect(() => {
    if (!on) return;
    const end = (why: ReportingFault): void => {
      setFault(why);
      stop();
    };
    const reports = new Reports({
      send: (fix) => sendFix({ id, password }, fix),
      now: Date.now,
      told: (at, left) => {
        if (at !== undefined) setLastAt(at);
        setWaiting(left);
      },
      refused: () => end('unknown_device'),
    });
    if (!('geolocation' in navigator)) return end('refused_by_browser');
    const watch = navigator.geolocation.watchPosition((position) => reports.heard(fixOf(position)), (error) => error.code === error.PERMISSION_DENIED && end('refused_by_browser'), { enableHighAccuracy: true, maximumAge: 5000 });
    const again = (): void => void reports.flush();
    addEventListener('online', again);
    return () => {
      navigator.geolocation.clearWatch(watch);
      removeEventListener('online', again);
      reports.close();
      setWaiting(0);
    };
  }, [on, id, password, stop]);

  const reporting = useMemo(() => ({ on, fault, lastAt, waiting, start, stop, known: kept?.device }), [on, fault, lastAt, waiting, start, stop, kept]);
  return <ReportingContext value={reporting}>{children}</ReportingContext>;
}

/** As the phones' own trackers send it; the server knows the device, and through it the vehicle. */
async function sendFix({ id, password }: PhoneDevice, fix: Fix): Promise<number> {
  const { at, ...coords } = fix;
  const response = await fetch(`/api/v1/telemetry/osmand?password=${encodeURIComponent(password)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ device_id: id, location: { timestamp: new Date(at).toISOString(), coords } }),
    signal: AbortSignal.timeout(20_000),
  });
  return response.status;
}

/** Seen on every page while it goes on, with the way to end it. */
export function ReportingSign(): ReactNode {
  const { t } = useTranslation();
  const { on, stop } = useReporting();
  if (!on) return null;
  return (
    <Button size="xs" color="red" leftSection={<Icon name="pin" size={16} />} onClick={stop} aria-label={t('driver_app:position.stop_long')}>
      {t('driver_app:position.stop')}
    </Button>
  );
}
