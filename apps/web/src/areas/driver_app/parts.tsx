import { Button, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../kit/icons';
import { Trouble, Waiting } from '../../kit/states';
import { Ago } from '../../kit/time';
import classes from './driver.module.css';
import type { Read } from './reads';

export function Heading({ children }: { children: ReactNode }): ReactNode {
  return (
    <Title order={1} size="h2">
      {children}
    </Title>
  );
}

export const Card = ({ label, children }: { label?: string; children: ReactNode }): ReactNode => (
  <section className={classes.card} {...(label ? { 'aria-label': label } : {})}>
    {children}
  </section>
);

/** What was read, with its age when it is not from just now; or why there is nothing. */
export function Reading<T>({ of, children }: { of: Read<T>; children: (data: T) => ReactNode }): ReactNode {
  const { t } = useTranslation();
  if (of.data === undefined) return of.error ? <Trouble error={of.error} again={of.refetch} /> : <Waiting />;
  return (
    <>
      {of.old && (
        <Text className={classes.soft}>
          {t('driver_app:read_at')} <Ago at={of.at} />
        </Text>
      )}
      {children(of.data)}
    </>
  );
}

export function BigLink({ to, search, children, variant = 'filled' }: { to: string; search?: Record<string, string>; children: ReactNode; variant?: string }): ReactNode {
  return (
    <Button component={Link} to={to} {...(search ? { search: search as never } : {})} size="lg" fullWidth variant={variant} rightSection={<Icon name="next" />}>
      {children}
    </Button>
  );
}
