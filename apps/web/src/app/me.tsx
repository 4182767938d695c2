import { useQuery } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, session, take, type Schemas } from '../api/client';
import { ownerName } from '../api/session';
import { offerLanguage } from '../i18n';
import { formatFor, type Format, type Habits } from '../kit/format';
import { Waiting } from '../kit/states';
import { Trouble } from '../kit/states';

export type Me = Schemas['MeView'];

interface Known {
  me: Me;
  may: ReadonlySet<string>;
  format: Format;
}

const KnownPerson = createContext<Known | undefined>(undefined);

const keptKey = 'fleet.me';

async function readMe(): Promise<Me> {
  const me = await take(api.GET('/api/v1/auth/me'));
  // Drivers work where there is no network: their phone opens without asking who they are.
  if (me.role === 'driver') localStorage.setItem(keptKey, JSON.stringify(me));
  else localStorage.removeItem(keptKey);
  return me;
}

/** The driver who was signed in here last, unless the token at hand is somebody else's. */
function keptMe(): Me | undefined {
  try {
    const me = (JSON.parse(localStorage.getItem(keptKey) ?? 'null') as Me | null) ?? undefined;
    return me && (session.owner ?? ownerName(me.id, me.account_id)) === ownerName(me.id, me.account_id) ? me : undefined;
  } catch {
    return undefined;
  }
}

export const forgetMe = (): void => localStorage.removeItem(keptKey);

export const meQuery = { queryKey: ['me'], queryFn: readMe, staleTime: 60_000, networkMode: 'always' as const };

/** Loads who is signed in before any page shows; below it, `useMe` always answers. */
export function MeProvider({ children }: { children: ReactNode }): ReactNode {
  const { data, error, refetch } = useQuery(meQuery);
  const me = useMemo(() => data ?? keptMe(), [data]);
  const { i18n } = useTranslation();
  const language = i18n.language;
  useEffect(() => {
    if (me) offerLanguage(me.locale);
  }, [me]);
  const known = useMemo(() => (me ? { me, may: new Set(me.permissions), format: formatFor(habitsOf(me, language)) } : undefined), [me, language]);
  if (known) return <KnownPerson value={known}>{children}</KnownPerson>;
  return error ? <Trouble error={error} again={() => void refetch()} /> : <Waiting />;
}

const habitsOf = (me: Me, language: string): Habits => ({
  // English without a region would write American dates.
  locale: language === 'en' ? 'en-GB' : language,
  timeZone: me.time_zone,
  currency: me.currency,
  distanceUnit: me.distance_unit as Habits['distanceUnit'],
  fuelUnit: me.fuel_unit as Habits['fuelUnit'],
});

function useKnown(): Known {
  const known = use(KnownPerson);
  if (!known) throw new Error('This page stands outside of MeProvider.');
  return known;
}

export const useMe = (): Me => useKnown().me;
export const useFormat = (): Format => useKnown().format;

/** Whether the signed-in person has a permission; the server decides in the end, this only spares them the refusal. */
export function useMay(): (permission: string | undefined) => boolean {
  const { may } = useKnown();
  return (permission) => permission === undefined || may.has(permission);
}

export function May({ permission, children }: { permission: string; children: ReactNode }): ReactNode {
  return useMay()(permission) ? children : null;
}
