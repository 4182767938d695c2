import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fetchPage } from '../../api/lists';
import { SessionList } from '../account/session-list';

export default function SessionsPage(): ReactNode {
  const { data } = useQuery({ queryKey: ['/api/v1/auth/users', 'names'], queryFn: () => fetchPage('/api/v1/auth/users', { limit: 500 }, null) });
  const names = new Map(data?.items.map((person) => [person.id, person.name ?? person.email]));
  return <SessionList nameOf={(id) => names.get(id) ?? id.slice(0, 8)} />;
}
