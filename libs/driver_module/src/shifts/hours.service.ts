import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { invalid } from '@fleet/platform/http';
import { DriverService } from '../drivers/driver.service';
import { daysBetween } from '../rules/document-state';
import { DriverSettings } from '../settings/setting.service';
import type { HoursOfDriverView, HoursQuery, HoursView } from './shift.dto';

const daysMax = 92;

/** How long somebody worked on each day of the account's calendar. A night shift counts on both its days. */
@Injectable()
export class DriverHours {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly settings: DriverSettings,
  ) {}

  async of(actor: Actor, driverId: string, query: HoursQuery): Promise<HoursOfDriverView> {
    const span = daysBetween(query.from, query.to);
    if (span < 0 || span > daysMax) throw invalid('HOURS_SPAN', `Ask for 1 to ${daysMax + 1} days, first day first.`);
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.find(tx, driverId);
      const now = this.clock.now();
      const { time_zone } = await this.settings.of(tx, now);
      // Days are cut in the zone by PostgreSQL, so the days of a clock change have 23 and 25 hours.
      const days = await tx.sql<HoursView>(
        `select d.day::date as day, coalesce(round(sum(extract(epoch from upper(p.part) - lower(p.part))) / 60), 0)::int as minutes, count(p.part)::int as shifts
           from generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') as d(day)
           left join lateral (
             select tstzrange(lower(s.period), coalesce(upper(s.period), $4)) * tstzrange(d.day at time zone $5, (d.day + interval '1 day') at time zone $5) as part
               from driver_module.shift s
              where s.driver_id = $1 and s.kind = 'shift' and s.state in ('open', 'closed') and lower(s.period) < $4
                and s.period && tstzrange(d.day at time zone $5, (d.day + interval '1 day') at time zone $5)) p on not isempty(p.part)
          group by d.day order by d.day`,
        [driver.id, query.from, query.to, now, time_zone],
      );
      return { time_zone, minutes: days.reduce((sum, day) => sum + day.minutes, 0), days };
    });
  }
}
