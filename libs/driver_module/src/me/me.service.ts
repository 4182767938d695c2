import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { invalid, notFound, rule, type ListQuery, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import type { DriverDocumentBody, DriverDocumentQuery, DriverDocumentView } from '../documents/document.dto';
import { DocumentService, type DocumentWithWarnings } from '../documents/document.service';
import { DocumentStore } from '../documents/document.store';
import { DriverProfiles } from '../drivers/driver-profiles';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';
import type { FeedbackView } from '../feedback/feedback.dto';
import { Feedback } from '../feedback/feedback.service';
import { Checklist } from '../onboarding/checklist.service';
import { DriverLookup } from '../read/driver-lookup';
import { EarlyCheckOuts } from '../shifts/early-check-outs';
import { Handover } from '../shifts/handover.service';
import type { ShiftQuery, ShiftView } from '../shifts/shift.dto';
import { ShiftStore } from '../shifts/shift.store';
import type { MyCheckInBody, MyCheckOutBody, MyCheckOutView, MyProfileView, MyShiftView, MyVehicleAnswer, PeerFeedbackBody, StatusReportBody, StatusReportQuery, StatusReportView } from './me.dto';
import { StatusReports } from './status-reports';

/** What a phone was offline for longer than this is for the office to enter. */
const lateDaysMax = 14;

/** A driver's own matters. Every word from a phone may come late, twice and in any order, and counts once. */
@Injectable()
export class DriverSelf {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly profiles: DriverProfiles,
    private readonly lookup: DriverLookup,
    private readonly checklist: Checklist,
    private readonly vehicles: VehicleLookup,
    private readonly shifts: ShiftStore,
    private readonly handover: Handover,
    private readonly early: EarlyCheckOuts,
    private readonly documents: DocumentService,
    private readonly papers: DocumentStore,
    private readonly reports: StatusReports,
    private readonly feedback: Feedback,
  ) {}

  async profile(actor: Actor): Promise<MyProfileView> {
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.ofLogin(tx);
      const faults = await this.lookup.faults(tx, driver.id);
      return {
        ...(await this.profiles.view(tx, driver)),
        may_drive: faults.length === 0,
        blocked_by: faults.map((fault) => ({ code: fault.code, detail: fault.detail, overridable: false })),
        checklist: (await this.checklist.of(tx, driver.id)).items,
        rating: await this.feedback.rating(tx, driver.id),
      };
    });
  }

  async shift(actor: Actor): Promise<MyShiftView> {
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.ofLogin(tx);
      const now = this.clock.now().toISOString();
      const [current] = (await this.shifts.page(tx, { state: 'open', limit: 1 }, driver.id)).items;
      const [next] = (await this.shifts.page(tx, { state: 'planned', from: now, sort: 'from', limit: 1 }, driver.id)).items;
      const view = async (row: typeof current): Promise<ShiftView | null> => (row ? this.shifts.view(tx, row) : null);
      return { current: await view(current), next: await view(next) };
    });
  }

  async myShifts(actor: Actor, query: ShiftQuery): Promise<Page<ShiftView>> {
    return this.db.read(actor, async (tx) => {
      const page = await this.shifts.page(tx, query, (await this.drivers.ofLogin(tx)).id);
      return { ...page, items: await this.shifts.views(tx, page.items) };
    });
  }

  async vehicle(actor: Actor): Promise<MyVehicleAnswer> {
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.ofLogin(tx);
      const [open] = (await this.shifts.page(tx, { state: 'open', limit: 1 }, driver.id)).items;
      const vehicle = open && (await this.vehicles.many(tx, [open.vehicle_id])).get(open.vehicle_id);
      return { vehicle: vehicle ? { ...vehicle, shift_id: open.id, since: open.from as Date } : null };
    });
  }

  async checkIn(actor: Actor, body: MyCheckInBody): Promise<ShiftView> {
    this.refuseStale(body.at);
    return this.mine(actor, async (tx, driver) => {
      const { plate, ...said } = body;
      const found = plate ? await this.vehicles.byPlate(tx, plate) : undefined;
      if (plate && !found) throw notFound('vehicle with the plate', plate);
      return this.handover.checkIn(tx, driver, { ...said, vehicle_id: said.vehicle_id ?? found?.id });
    });
  }

  async checkOut(actor: Actor, body: MyCheckOutBody): Promise<MyCheckOutView> {
    this.refuseStale(body.at);
    return this.mine(actor, async (tx, driver) => {
      const { shift_id, ...said } = body;
      const shift = await this.handover.checkOut(tx, driver, shift_id, said);
      if (shift) return { shift_id, state: 'closed', shift };
      await this.early.put(tx, driver.id, shift_id, said);
      tx.withoutAudit('the end of a shift waits for its beginning, which is what counts');
      return { shift_id, state: 'waiting', shift: null };
    });
  }

  async myDocuments(actor: Actor, query: DriverDocumentQuery): Promise<Page<DriverDocumentView>> {
    return this.db.read(actor, async (tx) => this.papers.page(tx, query, (await this.drivers.ofLogin(tx)).id));
  }

  async addDocument(actor: Actor, body: DriverDocumentBody): Promise<DocumentWithWarnings> {
    return this.mine(actor, (tx, driver) => this.documents.keep(tx, driver, body, false));
  }

  async report(actor: Actor, body: StatusReportBody): Promise<StatusReportView> {
    this.refuseStale(body.at);
    return this.mine(actor, (tx, driver) => this.reports.add(tx, driver, body));
  }

  async myReports(actor: Actor, query: StatusReportQuery): Promise<Page<StatusReportView>> {
    return this.db.read(actor, async (tx) => this.reports.page(tx, query, (await this.drivers.ofLogin(tx)).id));
  }

  async aboutMe(actor: Actor, query: ListQuery): Promise<Page<FeedbackView>> {
    return this.db.read(actor, async (tx) => this.feedback.page(tx, { ...query, state: 'published' }, (await this.drivers.ofLogin(tx)).id));
  }

  /** About whoever had the vehicle before: one need not know their name, and does not learn it. */
  async aboutColleague(actor: Actor, body: PeerFeedbackBody): Promise<FeedbackView> {
    return this.mine(actor, async (tx, driver) => {
      const own = await this.shifts.peek(tx, body.shift_id);
      if (!own || own.driver_id !== driver.id || !own.from) throw notFound('shift', body.shift_id);
      const before = await tx.one<{ driver_id: string }>(
        `select driver_id from driver_module.shift where vehicle_id = $1 and state = 'closed' and upper(period) <= $2 and driver_id <> $3 order by upper(period) desc limit 1`,
        [own.vehicle_id, own.from, driver.id],
      );
      if (!before) throw rule('FEEDBACK_NOBODY_BEFORE', 'Nobody had this vehicle before you.');
      return this.feedback.keep(tx, { id: before.driver_id }, { ...body, source: 'peer', author_driver_id: driver.id });
    });
  }

  private async mine<T>(actor: Actor, work: (tx: Tx, driver: Driver) => Promise<T>): Promise<T> {
    return this.db.write(actor, async (tx) => work(tx, await this.drivers.lock(tx, (await this.drivers.ofLogin(tx)).id)));
  }

  private refuseStale(at: string | undefined): void {
    if (at && this.clock.now().getTime() - new Date(at).getTime() > lateDaysMax * 86_400_000) {
      throw invalid('TOO_LONG_AGO', `What happened more than ${lateDaysMax} days ago is entered by the office.`, { errors: [{ field: 'at', code: 'too_early', detail: 'at lies too far back' }] });
    }
  }
}
