import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import type { OpenFile, Upload } from '@fleet/platform/files';
import { conflict, invalid, notFound, rule, type Page } from '@fleet/platform/http';
import { DriverAt, DriverLookup, type KnownDriver } from '@fleet/driver_module';
import type { EventView } from '../events/event.dto';
import type { Asked } from '../events/event-filter';
import { EventList } from '../events/event-list';
import type { EventEvidenceView } from '../evidence/evidence.dto';
import { Evidence } from '../evidence/evidence.service';
import type { DisputeBody } from '../fines/fine.dto';
import { FineDesk } from '../fines/fine-desk';
import { lockStandings, readStanding } from '../intake/event.store';
import { Intake } from '../intake/intake.service';
import { kindOf } from '../rules/kinds';
import type { MyReportBody } from './my.dto';

/** What a phone was offline for longer than this is for the office to enter. */
const lateDaysMax = 14;

/** A driver's own events and fines. Every word from a phone may come late, twice and in any order, and counts once. */
@Injectable()
export class MyEvents {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverLookup,
    private readonly driverAt: DriverAt,
    private readonly events: EventList,
    private readonly intake: Intake,
    private readonly evidence: Evidence,
    private readonly fines: FineDesk,
  ) {}

  async list(actor: Actor, query: Asked): Promise<Page<EventView>> {
    return this.db.read(actor, async (tx) => this.events.page(tx, { ...query, driver_id: (await this.me(tx)).id }));
  }

  async get(actor: Actor, id: string): Promise<EventView> {
    return this.db.read(actor, async (tx) => this.own(tx, id));
  }

  /** About oneself, in the vehicle one had at that time. */
  async report(actor: Actor, body: MyReportBody): Promise<EventView> {
    const at = body.at ? new Date(body.at) : this.clock.now();
    if (this.clock.now().getTime() - at.getTime() > lateDaysMax * 86_400_000) throw invalid('TOO_LONG_AGO', `What happened more than ${lateDaysMax} days ago is entered by the office.`, { errors: [{ field: 'at', code: 'too_early', detail: 'at lies too far back' }] });
    if (kindOf(body.type, body.kind)?.by === 'house') throw invalid('EVENT_KIND_OF_MACHINES', `${body.kind} is told by machines, not by people.`, { errors: [{ field: 'kind', code: 'not_here', detail: 'kind is told by machines' }] });
    return this.db.write(actor, async (tx) => {
      const me = await this.me(tx);
      const held = await this.driverAt.vehicleOf(tx, me.id, at);
      const taken = await this.intake.takeOne(tx, { ...body, source: 'driver', at, vehicle_id: held?.vehicle_id ?? null, driver_id: me.id, shift_id: held?.shift_id ?? null });
      if (taken.outcome === 'known') {
        tx.withoutAudit('sent again');
        if ((await readStanding(tx, taken.id))?.recorded_by !== actor.id) throw conflict('EVENT_ID_TAKEN', 'This id names another event.');
      } else {
        await record(tx, { action: 'event_log.event.reported', subject: { type: 'driver', id: me.id }, data: { event_id: taken.id, kind: body.kind } });
      }
      return this.events.find(tx, taken.id);
    });
  }

  async addFile(actor: Actor, id: string, upload: Upload): Promise<EventEvidenceView> {
    return this.db.write(actor, async (tx) => this.evidence.addFile(tx, (await this.own(tx, id)).id, upload));
  }

  async openFile(actor: Actor, id: string, evidenceId: string): Promise<OpenFile> {
    await this.db.read(actor, (tx) => this.own(tx, id));
    return this.evidence.open(actor, id, evidenceId);
  }

  async evidenceOf(actor: Actor, id: string): Promise<EventEvidenceView[]> {
    return this.db.read(actor, async (tx) => this.evidence.of(tx, (await this.own(tx, id)).id));
  }

  async dispute(actor: Actor, id: string, body: DisputeBody): Promise<EventView> {
    return this.db.write(actor, async (tx) => {
      await this.own(tx, id);
      const [fine] = await lockStandings(tx, [id]);
      if (!fine?.fine_state) throw notFound('fine', id);
      if (await this.disputedBy(tx, body.id, id)) tx.withoutAudit('sent again');
      else await this.fines.step(tx, fine, 'contested', body.text, body.id);
      return this.own(tx, id);
    });
  }

  async me(tx: ReadTx): Promise<KnownDriver> {
    const driver = await this.drivers.ofLogin(tx, tx.actor.id);
    if (!driver) throw rule('LOGIN_WITHOUT_DRIVER', 'This login belongs to no driver. Ask the office to link it.');
    return driver;
  }

  /** Mine now; what turned out to be somebody else's is theirs. */
  private async own(tx: ReadTx, id: string): Promise<EventView> {
    const me = await this.me(tx);
    const event = await this.events.find(tx, id);
    if (event.driver_id !== me.id) throw notFound('event', id);
    return event;
  }

  private async disputedBy(tx: Tx, requestId: string, fineId: string): Promise<boolean> {
    const known = await tx.one<{ event_id: string }>('select event_id from event_log.fine_step where account_id = $1 and request_id = $2', [tx.accountId, requestId]);
    if (known && known.event_id !== fineId) throw conflict('DISPUTE_ID_TAKEN', 'This id names another dispute.');
    return known !== undefined;
  }
}
