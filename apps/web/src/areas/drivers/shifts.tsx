import type { ReactNode } from 'react';
import { ShiftList } from './shift-list';

export default function ShiftsPage(): ReactNode {
  return <ShiftList />;
}
