import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Principals } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Actor } from '@fleet/platform/database';
import { fieldsOf, project, Refusal } from '@fleet/platform/http';
import { Metrics } from '@fleet/platform/observability';
import { VehicleLookup } from '@fleet/transport_registry';
import { inBox, type Box } from '../read/bbox';
import { lastChangedSince } from '../read/last-list';
import { LastPositionView } from '../read/telemetry.dto';
import { changedAfter, LiveAccount, type LiveVehicle } from './live-account';

interface Viewer {
  actor: Actor;
  res: Response;
  box: Box | undefined;
  /** With a box: what it shows, so that it is told when one of them leaves. */
  inside: Set<number>;
  /** What it saw before it came back, by the database's clock; 0 for a new viewer. */
  resume_ms: number;
  /** Changes up to this tick were sent; undefined before the first event. */
  sent_tick: number | undefined;
  /** Vehicles of the viewer's parks; undefined means all. */
  numbers: Set<number> | undefined;
  checked_ms: number;
  spoke_ms: number;
}

const tickMs = 1000;
const keepAliveMs = 15_000;
/** How long ended rights may still see vehicles move. */
const recheckMs = 10_000;
/** A viewer that does not read is not written to; it gets the newest state once it reads again. */
const unreadBytesMax = 1024 * 1024;
const viewersPerAccountMax = 200;

/**
 * Sends each viewer what changed, at most once a second and newest state only. It reads the table rather than listening to
 * the writer, so it works in any process, and a returning viewer goes on from the moment its last event names.
 */
@Injectable()
export class LiveHub implements OnModuleDestroy {
  private readonly log = new Logger('telemetry');
  private readonly accounts = new Map<string, { map: LiveAccount; viewers: Set<Viewer> }>();
  private readonly fields = fieldsOf(LastPositionView);
  private timer: NodeJS.Timeout | undefined;
  private ticking = false;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly lookup: VehicleLookup,
    private readonly principals: Principals,
    metrics: Metrics,
  ) {
    const viewers = metrics.gauge('fleet_telemetry_live_viewers', 'Open live streams.');
    Object.assign(viewers, { collect: () => viewers.set([...this.accounts.values()].reduce((sum, a) => sum + a.viewers.size, 0)) });
  }

  async open(actor: Actor, req: Request, res: Response, box: Box | undefined): Promise<void> {
    let account = this.accounts.get(actor.accountId);
    if (account && account.viewers.size >= viewersPerAccountMax) throw new Refusal('unavailable', 'TOO_MANY_VIEWERS', 'Too many live maps are open in this account.', { headers: { 'retry-after': '10' } });
    const numbers = await this.numbersOf(actor);
    const now = this.clock.now().getTime();
    const viewer: Viewer = { actor, res, box, inside: new Set(), resume_ms: resumeFrom(req), sent_tick: undefined, numbers, checked_ms: now, spoke_ms: now };
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'keep-alive' });
    res.write(`retry: ${tickMs * 2}\n\n`);
    account = this.accounts.get(actor.accountId);
    if (!account) this.accounts.set(actor.accountId, (account = { map: new LiveAccount(), viewers: new Set() }));
    account.viewers.add(viewer);
    res.once('close', () => this.leave(viewer));
    this.timer ??= setInterval(() => void this.tick(), tickMs).unref();
    void this.tick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const { viewers } of this.accounts.values()) for (const { res } of viewers) res.end();
    this.accounts.clear();
  }

  private leave(viewer: Viewer): void {
    const account = this.accounts.get(viewer.actor.accountId);
    account?.viewers.delete(viewer);
    if (account?.viewers.size === 0) this.accounts.delete(viewer.actor.accountId);
    if (this.accounts.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async tick(): Promise<void> {
    if (this.ticking) return;
    this.ticking = true;
    try {
      for (const [accountId, { map, viewers }] of this.accounts) {
        await this.refresh(accountId, map);
        for (const viewer of viewers) await this.serve(viewer, map);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'the live map waits for the database');
    } finally {
      this.ticking = false;
    }
  }

  private async refresh(accountId: string, map: LiveAccount): Promise<void> {
    const rows = await this.db.read(systemActor(accountId, 'telemetry_engine.live'), (tx) => lastChangedSince(tx, map.since));
    map.advance(rows, this.clock.now().getTime());
  }

  private async serve(viewer: Viewer, map: LiveAccount): Promise<void> {
    const now = this.clock.now().getTime();
    if (viewer.res.writableEnded || viewer.res.destroyed) return this.leave(viewer);
    if (now - viewer.checked_ms >= recheckMs && !(await this.stillMay(viewer, now))) return;
    if (viewer.res.writableLength > unreadBytesMax) return;
    const items: object[] = [];
    for (const [no, vehicle] of map.vehicles) {
      const isNews = viewer.sent_tick === undefined ? changedAfter(vehicle, viewer.resume_ms) : vehicle.changed_tick > viewer.sent_tick;
      if (!isNews || (viewer.numbers && !viewer.numbers.has(no))) continue;
      if (isShown(viewer, no, vehicle)) items.push(project(this.fields, vehicle.row));
    }
    viewer.sent_tick = map.tick;
    if (items.length > 0) viewer.res.write(`event: positions\nid: ${map.read_ms}\ndata: ${JSON.stringify(items)}\n\n`);
    else if (now - viewer.spoke_ms < keepAliveMs) return;
    else viewer.res.write(': still here\n\n');
    viewer.spoke_ms = now;
  }

  /** A stream outlives its access token, so the rights behind it are looked at again. */
  private async stillMay(viewer: Viewer, now: number): Promise<boolean> {
    const { actor } = viewer;
    viewer.checked_ms = now;
    const claims = { sub: actor.id, client_id: actor.id, account: actor.accountId, ...(actor.sessionId ? { sid: actor.sessionId } : {}) };
    const today = await this.principals.actorOf(claims as Parameters<Principals['actorOf']>[0]);
    if (!today?.permissions.has('telemetry_engine.sample.read')) {
      viewer.res.end();
      this.leave(viewer);
      return false;
    }
    viewer.actor = today;
    viewer.numbers = await this.numbersOf(today);
    return true;
  }

  private async numbersOf(actor: Actor): Promise<Set<number> | undefined> {
    if (actor.parkIds === null) return undefined;
    return new Set(await this.db.read(actor, (tx) => this.lookup.numbersInParks(tx)));
  }
}

function isShown({ box, inside }: Viewer, no: number, { row }: LiveVehicle): boolean {
  if (!box) return true;
  if (!inBox(box, row.lat, row.lon)) return inside.delete(no);
  inside.add(no);
  return true;
}

/** A returning viewer names its last event. */
function resumeFrom(req: Request): number {
  const id = req.header('last-event-id') ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : 0;
}
