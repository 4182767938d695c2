import type { ReactNode } from 'react';
import { LockoutList } from './lockout-list';

export default function LockoutsPage(): ReactNode {
  return <LockoutList />;
}
