import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { session } from '../api/client';
import { forgetMe } from './me';

type Cleaner = () => Promise<unknown>;
const cleaners = new Set<Cleaner>();

/** For what keeps something of the person in this browser; answers how to take it back. */
export function beforeLeaving(clean: Cleaner): () => void {
  cleaners.add(clean);
  return () => void cleaners.delete(clean);
}

/** Signs out and leaves nothing of this person on the screen. */
export function useLeave(): () => Promise<void> {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return async () => {
    await Promise.allSettled([...cleaners].map((clean) => clean()));
    await session.signOut().catch(() => undefined);
    forgetMe();
    await navigate({ to: '/login' });
    queries.clear();
  };
}
