import { Injectable } from '@nestjs/common';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { listPage, notFound, Where, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import type { Command } from './command';
import { CommandStore } from './command.store';
import type { JobsQuery, JobSummaryView, JobView, TransitionView } from './immobilize.dto';

const stepsOf = statement<TransitionView>('select at, what, from_state, to_state, evidence, attempt_no, actor_kind, actor_id, data from access_control.transition where command_id = $1 order by id');

const results: Partial<Record<string, string>> = { completed: 'success', failed: 'failure', expired: 'expired', unknown: 'unknown' };

const summaryOf = (c: Command & { plate: string }): JobSummaryView => ({ ...c, job_id: c.id, status: c.state, result: results[c.state] ?? null });

/** Commands as people see them. */
@Injectable()
export class Jobs {
  constructor(
    private readonly db: Db,
    private readonly store: CommandStore,
    private readonly vehicles: VehicleLookup,
  ) {}

  get(actor: Actor, vehicleId: string, jobId: string): Promise<JobView> {
    return this.db.read(actor, (tx) => this.whole(tx, vehicleId, jobId));
  }

  async whole(tx: ReadTx, vehicleId: string, jobId: string): Promise<JobView> {
    const { plate } = await this.vehicles.require(tx, vehicleId);
    const command = await this.require(tx, vehicleId, jobId);
    const [attempts, timeline] = [await this.store.tries(tx, command.id), await tx.sql(stepsOf, [command.id])];
    return { ...summaryOf({ ...command, plate }), facts: command.verdict?.facts ?? null, attempts, timeline };
  }

  async require(tx: ReadTx, vehicleId: string, jobId: string): Promise<Command> {
    const { id } = await this.vehicles.require(tx, vehicleId);
    const command = await this.store.find(tx, jobId);
    if (command?.vehicle_id !== id) throw notFound('command', jobId);
    return command;
  }

  ofVehicle(actor: Actor, vehicleId: string, query: JobsQuery): Promise<Page<JobSummaryView>> {
    return this.db.read(actor, async (tx) => this.page(tx, new Where().and('c.vehicle_id = ?', (await this.vehicles.require(tx, vehicleId)).id), query));
  }

  ofAccount(actor: Actor, query: JobsQuery): Promise<Page<JobSummaryView>> {
    return this.db.read(actor, (tx) => this.page(tx, new Where().and('c.account_id = ?', actor.accountId).and('v.park_id = any(?)', actor.parkIds ?? undefined), query));
  }

  private async page(tx: ReadTx, where: Where, query: JobsQuery): Promise<Page<JobSummaryView>> {
    where.and('c.state = ?', query.status).and('c.kind = ?', query.kind).and('c.approval = ?', query.approval).and('c.method = ?', query.method);
    where.and('c.vehicle_id = ?', query.vehicle_id).and('c.requested_by = ?', query.requested_by).and('c.requested_at >= ?', query.from).and('c.requested_at < ?', query.to);
    const page = await listPage<Command & { plate: string }>(
      tx,
      { select: 'c.*, v.plate', from: 'access_control.command c join transport_registry.vehicle v on v.id = c.vehicle_id', where, sorts: { requested_at: { sql: 'c.requested_at', type: 'timestamptz' } }, defaultSort: '-requested_at', key: { sql: 'c.id', type: 'uuid' } },
      query,
    );
    return { ...page, items: page.items.map(summaryOf) };
  }
}
