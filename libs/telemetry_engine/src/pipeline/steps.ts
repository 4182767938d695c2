import type { Sample } from '../sample';
import { withoutImplausible } from './bounds';
import { futureMs, gpsRolloverMs, keepMs } from './limits';
import { marks, type QuarantineReason } from './reasons';
import type { Trail } from './trail';

/** What a step may look at beside the sample. */
export interface World {
  now_ms: number;
  trail: Trail;
}

/** A step sets the sample aside, marks it, replaces it by one without the doubtful part, or has nothing to say. */
export type Finding = undefined | { quarantine: QuarantineReason } | { mark: number; sample?: Sample };
export type Step = (sample: Sample, world: World) => Finding;

export type Verdict = { quarantine: QuarantineReason } | { sample: Sample; marks: number };

const quarantines = Object.fromEntries(
  (['bad_time', 'future', 'gps_week_rollover', 'too_old', 'out_of_range'] as const).map((reason) => [reason, Object.freeze({ quarantine: reason })]),
) as Record<'bad_time' | 'future' | 'gps_week_rollover' | 'too_old' | 'out_of_range', { quarantine: QuarantineReason }>;
const jumped = Object.freeze({ mark: marks.jump });
const fell = Object.freeze({ mark: marks.odometer_fell });
const spiked = Object.freeze({ mark: marks.speed_spike });

const aTime: Step = ({ at_ms }) => (Number.isSafeInteger(at_ms) ? undefined : quarantines.bad_time);
const notAhead: Step = ({ at_ms }, { now_ms }) => (at_ms > now_ms + futureMs ? quarantines.future : undefined);

/** A receiver that lost count of weeks is exactly 1024 of them late. */
const weeksCounted: Step = ({ at_ms }, { now_ms }) => {
  const corrected = at_ms + gpsRolloverMs;
  return corrected >= now_ms - keepMs && corrected <= now_ms + futureMs ? quarantines.gps_week_rollover : undefined;
};

const stillKept: Step = ({ at_ms }, { now_ms }) => (at_ms < now_ms - keepMs ? quarantines.too_old : undefined);

const onEarth: Step = ({ lat, lon }) => {
  if (lat === undefined && lon === undefined) return undefined;
  return lat !== undefined && lon !== undefined && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 ? undefined : quarantines.out_of_range;
};

/** 0/0 is what a receiver says that has no fix. The rest of the report is as good as any. */
const notNull: Step = (sample) => {
  if (sample.lat !== 0 || sample.lon !== 0) return undefined;
  const { lat: _lat, lon: _lon, ...rest } = sample;
  return { mark: marks.zero_position, sample: rest };
};

const plausibleValues: Step = (sample) => {
  const kept = withoutImplausible(sample);
  return kept && { mark: marks.value_dropped, sample: kept };
};

const noJump: Step = (sample, { trail }) => (trail.isJump(sample) ? jumped : undefined);
const odometerRises: Step = (sample, { trail }) => (trail.odometerFell(sample) ? fell : undefined);
const noSpeedSpike: Step = (sample, { trail }) => (trail.isSpeedSpike(sample) ? spiked : undefined);

/** The way of a sample from its device to the table, in order. */
export const steps: readonly Step[] = [aTime, notAhead, weeksCounted, stillKept, onEarth, notNull, plausibleValues, noJump, odometerRises, noSpeedSpike];

export function judge(said: Sample, world: World): Verdict {
  let sample = said;
  let found = 0;
  for (const step of steps) {
    const finding = step(sample, world);
    if (finding === undefined) continue;
    if ('quarantine' in finding) return finding;
    found |= finding.mark;
    if (finding.sample) sample = finding.sample;
  }
  return { sample, marks: found };
}
