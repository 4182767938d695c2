import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat, useMay } from '../../app/me';
import { StatusBadge, type Tone } from '../../kit/badge';
import { Notice } from '../../kit/notice';
import classes from './access.module.css';
import { placeOf, useWhy, type Preview } from './words';

/** What is looked at, and the refusals that belong to it. */
const checks = {
  account: ['IMMOBILIZING_OFF'],
  kill: ['IMMOBILIZING_STOPPED'],
  circuit: ['NO_CIRCUIT', 'VEHICLE_NOT_ENABLED', 'METHOD_NOT_INSTALLED'],
  link: ['DEVICE_NOT_CONNECTED'],
  position: ['POSITION_UNKNOWN', 'POSITION_STALE', 'POSITION_INVALID', 'DEVICE_CLOCK_UNTRUSTED'],
  standing: ['VEHICLE_MOVING', 'SPEED_UNKNOWN'],
  free: ['COMMAND_IN_FLIGHT'],
  limits: ['RATE_LIMIT_VEHICLE', 'RATE_LIMIT_PERSON', 'RATE_LIMIT_ACCOUNT'],
} as const;
type Check = keyof typeof checks;

/** The code of the authenticator is asked for when it comes to it, so its absence is no refusal yet. */
const isLater = (objection: { code: string }): boolean => objection.code === 'STEP_UP_REQUIRED';
export const against = (preview: Preview): Preview['objections'] => preview.objections.filter((objection) => !isLater(objection));

const switches: readonly string[] = [...checks.account, ...checks.kill, ...checks.circuit];
/** Whether waiting would not help: a switch is off or nothing is wired in. */
export const isSwitchedOff = (preview: Preview): boolean => preview.objections.some(({ code }) => switches.includes(code));

/** What changes from one moment to the next, and is shown even where room is scarce. */
const lively: readonly Check[] = ['link', 'position', 'standing'];

/** The policy's verdict, each thing it looked at, and in words why not. `brief` leaves out what is in order and does not change. */
export function Verdict({ preview, vehicleId, brief }: { preview: Preview; vehicleId: string; brief?: boolean }): ReactNode {
  const { t } = useTranslation();
  const why = useWhy();
  const reasons = against(preview);
  const later = preview.objections.some(isLater);
  const known: readonly string[] = Object.values(checks).flat();
  const ok = reasons.length === 0;
  const isAgainst = (check: Check): boolean => reasons.some((reason) => (checks[check] as readonly string[]).includes(reason.code));
  const shown = (Object.keys(checks) as Check[]).filter((check) => !brief || lively.includes(check) || isAgainst(check));
  return (
    <Stack gap="xs">
      <Notice tone={ok ? 'good' : 'bad'} role="status" title={t(ok ? 'access:verdict.allowed' : 'access:verdict.refused')}>
        {ok ? t(preview.needs_approval ? 'access:verdict.allowed_approval' : 'access:verdict.allowed_body') : reasons.map((reason) => <Text key={reason.code} size="sm">{why(reason)}</Text>)}
      </Notice>
      <ul className={classes.checks} aria-label={t('access:verdict.checks')}>
        {shown.map((check) => (
          <CheckRow key={check} tone={isAgainst(check) ? 'bad' : 'good'} name={t(`access:check.${check}`)}>
            <Detail check={check} preview={preview} vehicleId={vehicleId} />
          </CheckRow>
        ))}
        {reasons.filter((reason) => !known.includes(reason.code)).map((reason) => <CheckRow key={reason.code} tone="bad" name={reason.code}>{why(reason)}</CheckRow>)}
        <IgnitionRow preview={preview} />
        <CheckRow tone={later ? 'busy' : 'good'} name={t('access:check.person')}>{t(later ? 'access:fact.code_later' : 'access:fact.code_fresh')}</CheckRow>
      </ul>
    </Stack>
  );
}

function CheckRow({ tone, name, children }: { tone: Tone; name: string; children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <li>
      <span>
        <StatusBadge tone={tone}>{t(`access:mark.${tone === 'good' || tone === 'bad' || tone === 'busy' ? tone : 'note'}`)}</StatusBadge>
      </span>
      <b>{name}</b>
      <span>{children}</span>
    </li>
  );
}

/** Says nothing for or against; but whoever stops a running engine should know it. */
function IgnitionRow({ preview: { facts } }: { preview: Preview }): ReactNode {
  const { t } = useTranslation();
  const stops = facts.circuit !== null && facts.circuit !== 'starter';
  return (
    <CheckRow tone={facts.ignition === false ? 'good' : 'warn'} name={t('access:check.ignition')}>
      {facts.ignition === null ? t('access:fact.ignition_unknown') : !facts.ignition ? t('access:fact.ignition_off') : t(stops ? 'access:fact.ignition_on_stops' : 'access:fact.ignition_on_goes_on')}
    </CheckRow>
  );
}

function Detail({ check, preview, vehicleId }: { check: Check; preview: Preview; vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const { facts } = preview;
  const says = (code: string): boolean => preview.objections.some((objection) => objection.code === code);
  const place = placeOf(facts);
  switch (check) {
    case 'account':
      return t(says('IMMOBILIZING_OFF') ? 'access:fact.off' : 'access:fact.on');
    case 'kill':
      return t(says('IMMOBILIZING_STOPPED') ? 'access:fact.on' : 'access:fact.off');
    case 'circuit':
      return facts.circuit ? t(`access:cuts.${facts.circuit}`) : t('access:fact.no_circuit');
    case 'link':
      return t(facts.connected === null ? 'access:fact.link_unknown' : facts.connected ? 'access:fact.connected' : 'access:fact.not_connected');
    case 'position':
      if (facts.position_age_s === null) return t('access:fact.no_position');
      return (
        <>
          {t('access:fact.age', { age: format.duration(facts.position_age_s * 1000) })}
          {facts.satellites !== null && ` · ${t('access:fact.satellites', { count: facts.satellites })}`}
          {place && <> · {may('telemetry_engine.sample.read') ? <Link to={`/map?vehicle=${vehicleId}`}>{place}</Link> : place}</>}
        </>
      );
    case 'standing':
      return t('access:fact.speeds', { now: format.speed(facts.speed_kmh), before: format.speed(facts.previous_speed_kmh) });
    case 'free':
      return t(says('COMMAND_IN_FLIGHT') ? 'access:fact.busy' : 'access:fact.free');
    case 'limits':
      return t(checks.limits.some(says) ? 'access:fact.limit_reached' : 'access:fact.within_limits');
  }
}
