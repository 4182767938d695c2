import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Params = Readonly<Record<string, string>>;

/** The address's parameters as texts. What is chosen on a page stands there, so that it can be sent to a colleague. */
export function useParamsInUrl(): [Params, (change: Record<string, string | undefined>, how?: { push?: boolean }) => void] {
  const params = useSearch({ strict: false }) as Params;
  const navigate = useNavigate();
  const set = useCallback(
    (change: Record<string, string | undefined>, how?: { push?: boolean }) =>
      void navigate({ to: '.', search: ((old: Params) => ({ ...old, ...change })) as never, replace: !how?.push, resetScroll: false }),
    [navigate],
  );
  return [params, set];
}
