import { ActionIcon, Button, Drawer, Kbd } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icons';
import { groups, navigation } from './area';
import { May, useMay, useMe } from './me';
import { OfflineBanner } from './offline';
import { PersonMenu } from './person-menu';
import classes from './shell.module.css';

const Bell = lazy(() => import('../areas/notify/bell'));
const loadPalette = () => import('./palette');
const Palette = lazy(loadPalette);

export function Shell({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const [opened, { open, close }] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(true);
  useEffect(() => {
    close();
    // A new page is announced from its top; the very first one keeps the browser's own focus.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path, close]);
  return (
    <>
      <a href="#main" className="skip">
        {t('kit:skip')}
      </a>
      <OfflineBanner />
      <div className={classes.frame}>
        <header className={classes.head}>
          <ActionIcon variant="subtle" color="gray" className={classes.menu} onClick={open} aria-label={t('kit:menu')}>
            <Icon name="menu" />
          </ActionIcon>
          <Link to="/" className={classes.brand}>
            <img src="/favicon.svg" alt="" width={24} height={24} />
            <span>{me.account_name}</span>
          </Link>
          <Button size="xs" variant="default" className={classes.find} leftSection={<Icon name="search" size={14} />} onClick={() => void loadPalette().then(({ openPalette }) => openPalette())}>
            <span className={classes.findText}>
              {t('kit:palette.open')} <Kbd size="xs">Ctrl K</Kbd>
            </span>
          </Button>
          <May permission="notify.inbox.use">
            <Suspense fallback={null}>
              <Bell />
            </Suspense>
          </May>
          <PersonMenu />
        </header>
        <nav className={classes.side} aria-label={t('kit:navigation')}>
          <Navigation />
        </nav>
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          {children}
        </main>
      </div>
      <Drawer opened={opened} onClose={close} size={260} title={me.account_name} closeButtonProps={{ 'aria-label': t('kit:close') }}>
        <nav aria-label={t('kit:navigation')}>
          <Navigation />
        </nav>
      </Drawer>
      <Suspense fallback={null}>
        <Palette />
      </Suspense>
    </>
  );
}

function Navigation(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const mine = navigation.filter((entry) => may(entry.permission));
  return groups.map((group) => {
    const entries = mine.filter((entry) => entry.group === group);
    if (entries.length === 0) return null;
    return (
      <div key={group} className={classes.group}>
        <div className={classes.groupName} id={`group-${group}`}>
          {t(`kit:groups.${group}`)}
        </div>
        <ul aria-labelledby={`group-${group}`}>
          {entries.map((entry) => (
            <li key={entry.to}>
              <Link to={entry.to} className={classes.link} activeOptions={{ includeSearch: false }}>
                <Icon name={entry.icon} />
                {t(entry.label)}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    );
  });
}
