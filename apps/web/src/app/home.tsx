import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { navigation } from './area';
import { useMay } from './me';

/** The front door leads everybody to the first page that is theirs. */
export function Home(): ReactNode {
  const may = useMay();
  const first = navigation.find((entry) => may(entry.permission));
  return <Navigate to={first?.to ?? '/me'} replace />;
}
