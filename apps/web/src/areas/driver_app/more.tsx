import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLeave } from '../../app/leave';
import { useMe } from '../../app/me';
import { ask } from '../../kit/dialogs';
import { Icon, type IconName } from '../../kit/icons';
import classes from './driver.module.css';
import { unsent, useOutbox } from './outbox';
import { Heading } from './parts';

const links: { to: string; label: string; icon: IconName }[] = [
  { to: '/driver/papers', label: 'driver_app:papers.title', icon: 'paper' },
  { to: '/driver/fines', label: 'driver_app:fines.title', icon: 'inbox' },
  { to: '/driver/day', label: 'driver_app:day.title', icon: 'list' },
  { to: '/driver/allowed', label: 'driver_app:allowed.title', icon: 'check' },
  { to: '/driver/position', label: 'driver_app:position.title', icon: 'pin' },
  { to: '/notifications', label: 'notify:inbox.nav', icon: 'bell' },
  { to: '/me', label: 'account:me.nav', icon: 'lock' },
];

export default function MorePage(): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const leave = useLeave();
  const { actions } = useOutbox();
  const open = unsent(actions).length;
  const ready = (): void => {
    if (open === 0) return void leave();
    ask({ title: t('kit:person.sign_out'), body: t('driver_app:more.unsent', { count: open }), submitLabel: t('kit:person.sign_out'), act: leave });
  };
  return (
    <>
      <Heading>{me.name ?? t('driver_app:more.title')}</Heading>
      <ul className={classes.rows}>
        {links.map((link) => (
          <li key={link.to}>
            <Link to={link.to} className={classes.tile}>
              <Icon name={link.icon} size={26} />
              {t(link.label)}
            </Link>
          </li>
        ))}
      </ul>
      <Button variant="default" size="lg" onClick={ready}>
        {t('kit:person.sign_out')}
      </Button>
    </>
  );
}
