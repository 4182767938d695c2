import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Metrics } from '@fleet/platform/observability';
import type { Command } from '../immobilize/command';

/** Figures of commands, and a loud word for those nobody knows the outcome of. */
@Injectable()
export class CommandOutcomes {
  private readonly log = new Logger('access');
  private readonly ended;
  private readonly seconds;

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.ended = metrics.counter('fleet_access_commands_total', 'Commands by how they ended.', ['kind', 'method', 'state']);
    this.seconds = metrics.histogram('fleet_access_command_seconds', 'From asking to a confirmed end.', ['kind', 'method'], [0.25, 0.5, 1, 2, 4, 8, 15, 60]);
  }

  count({ id, kind, method, state, requested_at, vehicle_id, code }: Command): void {
    this.ended.inc({ kind, method, state });
    if (state === 'completed') this.seconds.observe({ kind, method }, (this.clock.now().getTime() - requested_at.getTime()) / 1000);
    if (state === 'unknown') this.log.error({ command_id: id, vehicle_id, kind, code }, 'nobody knows whether a command took effect; look at the vehicle');
  }
}
