import { layStreets, nairobi } from '../../libs/telemetry_engine/src/play';
import { Router } from '../../apps/simulator/src/drive/router';
import { Vehicle } from '../../apps/simulator/src/drive/vehicle';
import { inventFleet } from '../../apps/simulator/src/fleet/invent';
import { traitsOf } from '../../apps/simulator/src/fleet/player';
import { distanceM } from '../../libs/telemetry_engine/src/pipeline/geo';
import { namesOfMarks } from '../../libs/telemetry_engine/src/pipeline/reasons';
import { judge } from '../../libs/telemetry_engine/src/pipeline/steps';
import { Trail } from '../../libs/telemetry_engine/src/pipeline/trail';
import type { Sample } from '../../libs/telemetry_engine/src/sample';

const router = new Router(layStreets(nairobi));
const start = Date.UTC(2026, 10, 21, 4);
const fleet = inventFleet(3, 16, ['ips_2.0']);

function lives(steady: boolean, part: 'works' | 'bad_gps' = 'works'): Sample[][] {
  return fleet.devices.map((device) => new Vehicle(router, traitsOf(fleet, { ...device, part }, router.map.yards, 10, steady), start).advance(start + 2 * 3_600_000));
}

function judged(samples: Sample[]): { set_aside: number; marks: Record<string, number> } {
  const trail = new Trail();
  const marks: Record<string, number> = {};
  let set_aside = 0;
  for (const sample of samples) {
    const verdict = judge(sample, { now_ms: sample.at_ms + 1_000, trail });
    if ('quarantine' in verdict) set_aside += 1;
    else for (const name of namesOfMarks(verdict.marks)) marks[name] = (marks[name] ?? 0) + 1;
  }
  return { set_aside, marks };
}

describe('what simulated vehicles report, judged by the pipeline', () => {
  it.each([true, false])('is without a doubt (steady: %s)', (steady) => {
    for (const samples of lives(steady)) expect(judged(samples)).toEqual({ set_aside: 0, marks: {} });
  });

  it('moves as far as it says', () => {
    for (const samples of lives(true)) {
      let metres = 0;
      samples.slice(1).forEach((s, i) => {
        const before = samples[i] as Sample;
        const step = distanceM(before.lat!, before.lon!, s.lat!, s.lon!);
        if (step > ((s.at_ms - before.at_ms) / 1000) * 33 + 30) throw new Error(`${step} m between ${before.at_ms} and ${s.at_ms}`);
        metres += (s.speed_kmh! > 5 || before.speed_kmh! > 5) ? step : 0;
      });
      const counted = (samples.at(-1)!.odometer_km! - samples[0]!.odometer_km!) * 1000;
      // Corners between two reports are cut, and receivers tremble.
      if (counted > 5_000) expect(Math.abs(metres / counted - 1)).toBeLessThan(0.08);
    }
  });

  it('from a bad receiver is doubted, and still not set aside', () => {
    const all = lives(true, 'bad_gps').map(judged);
    expect(all.every((one) => one.set_aside === 0 && (one.marks.jump ?? 0) > 0 && (one.marks.zero_position ?? 0) > 0)).toBe(true);
  });
});
