import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/me';
import { useOnline } from '../../app/offline';
import { PersonMenu } from '../../app/person-menu';
import { Icon, type IconName } from '../../kit/icons';
import { keepReady } from '../../pwa/register';
import classes from './driver.module.css';
import { NewVersion } from './new-version';
import { OutboxProvider, unsent, useOutbox } from './outbox';
import { ReportingProvider, ReportingSign } from './reporting';

const tabs: { to: string; label: string; icon: IconName }[] = [
  { to: '/driver', label: 'driver_app:home.title', icon: 'home' },
  { to: '/driver/fuel', label: 'driver_app:fuel.tab', icon: 'fuel' },
  { to: '/driver/incidents', label: 'driver_app:incident.tab', icon: 'warning' },
  { to: '/driver/queue', label: 'driver_app:queue.tab', icon: 'upload' },
  { to: '/driver/more', label: 'driver_app:more.title', icon: 'menu' },
];

/** What stands around every page of somebody who drives. */
export default function DriverFrame({ children }: { children: ReactNode }): ReactNode {
  useEffect(() => keepReady(), []);
  return (
    <OutboxProvider>
      <ReportingProvider>
        <Framed>{children}</Framed>
      </ReportingProvider>
    </OutboxProvider>
  );
}

function Framed({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const online = useOnline();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return (
    <div className={classes.frame}>
      <a href="#main" className="skip">
        {t('kit:skip')}
      </a>
      <header className={classes.head}>
        <Link to="/driver" className={classes.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <span>{me.account_name}</span>
        </Link>
        <ReportingSign />
        <PersonMenu />
      </header>
      <div role="status" aria-live="polite">
        {!online && <div className="offline">{t('driver_app:offline')}</div>}
      </div>
      <NewVersion />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {children}
      </main>
      <nav className={classes.foot} aria-label={t('kit:navigation')}>
        <ul>
          {tabs.map((tab) => (
            <li key={tab.to}>
              <Link to={tab.to} className={classes.tab} activeOptions={{ exact: true, includeSearch: false }}>
                <Icon name={tab.icon} size={24} />
                {t(tab.label)}
                {tab.to === '/driver/queue' && <Waiting />}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

function Waiting(): ReactNode {
  const { t } = useTranslation();
  const { actions } = useOutbox();
  const open = unsent(actions);
  if (open.length === 0) return null;
  return (
    <span className={classes.count} data-tone={open.some((a) => a.state === 'refused') ? 'bad' : 'busy'}>
      <span aria-hidden="true">{open.length}</span>
      <span className="sr-only">{t('driver_app:queue.open', { count: open.length })}</span>
    </span>
  );
}
