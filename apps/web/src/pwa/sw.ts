import { activate, answerOf, install, type Shell } from './shell-cache';

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  location: Location;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: 'install' | 'activate', hear: (event: Lasting) => void): void;
  addEventListener(name: 'fetch', hear: (event: Asked) => void): void;
  addEventListener(name: 'message', hear: (event: MessageEvent) => void): void;
}

/** Filled in by the build, which alone knows the names of its files. */
declare const __SHELL__: Shell;

const worker = self as unknown as Worker;
const means = { caches, fetch: (request: Request | string, init?: RequestInit) => fetch(request, init) };

worker.addEventListener('install', (event) => event.waitUntil(install(__SHELL__, means)));
worker.addEventListener('activate', (event) => event.waitUntil(activate(__SHELL__, means).then(() => worker.clients.claim())));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const answer = answerOf(__SHELL__, event.request, worker.location.origin, means);
  if (answer) event.respondWith(answer);
});
