import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { session } from '../api/client';
import { forgetMe } from './me';

/** Signs out and leaves nothing of this person on the screen. */
export function useLeave(): () => Promise<void> {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return async () => {
    await session.signOut().catch(() => undefined);
    forgetMe();
    await navigate({ to: '/login' });
    queries.clear();
  };
}
