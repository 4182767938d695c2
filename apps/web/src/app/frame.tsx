import { lazy, Suspense, useEffect, type ComponentType, type ReactNode } from 'react';
import { loadTexts, type Face } from '../i18n';
import { Waiting } from '../kit/states';
import { useMe } from './me';

interface FrameProps {
  children: ReactNode;
}

async function spoken<T>(face: Face, frame: Promise<T>): Promise<T> {
  await loadTexts(face);
  return frame;
}

/** What stands around the pages: a driver holds a phone, everybody else sits at a desk. Neither loads the other's. */
const frames = {
  office: () => spoken('desk', import('./shell').then(({ Shell }) => ({ default: Shell as ComponentType<FrameProps> }))),
  phone: () => spoken('phone', import('../areas/driver_app/driver-frame')),
};
const drawn = { office: lazy(frames.office), phone: lazy(frames.phone) };
type FrameName = keyof typeof frames;

const keptKey = 'fleet.frame';

/** Begins to load the frame that was needed here last, while the server is asked who is signed in. */
export function loadFrame(): void {
  const kept = localStorage.getItem(keptKey) ?? '';
  if (Object.hasOwn(frames, kept)) void frames[kept as FrameName]().catch(() => undefined);
}

export function Frame({ children }: FrameProps): ReactNode {
  const name: FrameName = useMe().role === 'driver' ? 'phone' : 'office';
  useEffect(() => localStorage.setItem(keptKey, name), [name]);
  const Drawn = drawn[name];
  return (
    <Suspense fallback={<Waiting />}>
      <Drawn>{children}</Drawn>
    </Suspense>
  );
}
