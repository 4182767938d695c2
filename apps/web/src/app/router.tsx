import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../api/client';
import { Dialogs } from '../kit/dialogs';
import { Nothing, Trouble, Waiting } from '../kit/states';
import { pages, type PageEntry } from './area';
import { Frame, loadFrame } from './frame';
import { Home } from './home';
import { MeProvider, useMay } from './me';
import { useTitle } from './title';

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing });

/** Everything inside needs a signed-in person. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    loadFrame();
    // A server that cannot be reached is no reason to ask for a password: the page says what is wrong.
    const token = await session.token().catch(() => 'unreachable');
    if (!token && session.state !== 'expired') throw redirect({ to: '/login', search: { to: location.href === '/' ? undefined : location.href } as never });
  },
  component: () => (
    <MeProvider>
      <Frame>
        <Outlet />
      </Frame>
      <Dialogs />
    </MeProvider>
  ),
});

const home = createRoute({ getParentRoute: () => inside, path: '/', component: Home });

function routeOf(page: PageEntry): unknown {
  const Content = lazyRouteComponent(page.load);
  const common = { path: page.path, component: () => <Framed page={page} Content={Content} />, errorComponent: ({ error, reset }: { error: unknown; reset: () => void }) => <Trouble error={error} again={reset} /> };
  return page.frame === 'bare' ? createRoute({ getParentRoute: () => root, ...common }) : createRoute({ getParentRoute: () => inside, ...common });
}

function Framed({ page, Content }: { page: PageEntry; Content: React.ComponentType }): ReactNode {
  const { t } = useTranslation();
  useTitle(t(page.title));
  return page.frame === 'bare' ? <Content /> : <Permitted page={page} Content={Content} />;
}

function Permitted({ page, Content }: { page: PageEntry; Content: React.ComponentType }): ReactNode {
  const { t } = useTranslation();
  if (useMay()(page.permission)) return <Content />;
  return <Nothing title={t('kit:forbidden.title')} hint={t('kit:forbidden.hint', { permission: page.permission })} />;
}

function Missing(): ReactNode {
  const { t } = useTranslation();
  return <Nothing title={t('kit:missing.title')} hint={t('kit:missing.hint')} action={<a href="/">{t('kit:missing.home')}</a>} />;
}

const bare = pages.filter((page) => page.frame === 'bare').map(routeOf) as never[];
const framed = pages.filter((page) => page.frame !== 'bare').map(routeOf) as never[];

export const router = createRouter({
  routeTree: root.addChildren([inside.addChildren([home, ...framed]), ...bare]),
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Waiting />,
  scrollRestoration: true,
  // Search parameters are plain texts: `?status=active`, not JSON.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const entries = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
    return entries.length > 0 ? `?${new URLSearchParams(entries).toString()}` : '';
  },
});
