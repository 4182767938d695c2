/** Keeps the app ready to open without a network. Only where somebody needs that: the desk is never offline. */
let waitingWorker: ServiceWorker | undefined;
const listeners = new Set<() => void>();

export const updates = {
  waiting: (): boolean => waitingWorker !== undefined,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function offer(worker: ServiceWorker | null): void {
  waitingWorker = worker ?? undefined;
  for (const listener of listeners) listener();
}

/** A first worker takes over at once; a later one waits, and the person is told. */
function watch(registration: ServiceWorkerRegistration): void {
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) offer(worker);
      if (worker.state === 'redundant' && waitingWorker === worker) offer(null);
    });
  });
}

const lookAgainMs = 3_600_000;
let begun = false;

export function keepReady(): void {
  // Plain http from another machine has no service workers; a development server has no built shell.
  if (begun || !import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  begun = true;
  void navigator.serviceWorker
    .register('/sw.js')
    .then((registration) => {
      watch(registration);
      setInterval(() => void registration.update().catch(() => undefined), lookAgainMs);
    })
    .catch(() => undefined);
}

export function takeNewVersion(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waitingWorker?.postMessage('take over');
}
