import { Problem } from '../../../api/problem';
import { heldNow, openCheckIn } from './order';
import { Queue, type QueueStore } from './queue';
import { nextStep } from './steps';
import type { Action, Photo, Step } from './types';

/** What a browser's database keeps, in memory; several queues on one are several tabs. */
class MemoryStore implements QueueStore {
  readonly actions = new Map<string, Action>();
  readonly photos = new Map<string, Photo>();
  all = async (owner: string): Promise<Action[]> => structuredClone([...this.actions.values()].filter((a) => a.owner === owner));
  put = async (action: Action, photos: readonly Photo[]): Promise<void> => {
    this.actions.set(action.id, structuredClone(action));
    await this.addPhotos(photos);
  };
  change = async (id: string, change: (action: Action) => Action | undefined): Promise<Action | undefined> => {
    const known = this.actions.get(id);
    const next = known && change(structuredClone(known));
    if (next) this.actions.set(id, next);
    else this.actions.delete(id);
    return next;
  };
  addPhotos = async (photos: readonly Photo[]): Promise<void> => photos.forEach((p) => this.photos.set(p.id, p));
  dropPhotos = async (ids: readonly string[]): Promise<void> => ids.forEach((id) => this.photos.delete(id));
}

/** A server that takes each key once and tells what reached it, in order. */
class Server {
  readonly heard: string[] = [];
  readonly taken = new Map<string, string>();
  /** Refusals by path, until they are lifted. */
  readonly refuses = new Map<string, Problem>();
  cutAfter = Infinity;

  send = async (step: Step): Promise<string> => {
    await Promise.resolve();
    if (this.heard.length >= this.cutAfter) throw new Problem(0, 'OFFLINE', 'no answer');
    this.heard.push(step.key);
    const refused = [...this.refuses].find(([part]) => step.path.includes(part))?.[1];
    if (refused) throw refused;
    const id = this.taken.get(step.key) ?? `id-${this.taken.size}`;
    this.taken.set(step.key, id);
    return id;
  };
}

let serial = 0;
const picture = (): Photo => ({ id: `p${++serial}`, name: 'a.jpg', type: 'image/jpeg', bytes: new ArrayBuffer(4) });
const turns = (): (<T>(name: string, run: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (_, run) => {
    const mine = last.then(run, run);
    last = mine.catch(() => undefined);
    return mine;
  };
};

const server = (): Server => new Server();
const clock = { at: Date.parse('2026-11-21T08:00:00Z') };
function tab(store: MemoryStore, to: Server, { owner = 'me:here', lock = turns() } = {}): Queue {
  return new Queue({ owner, store, send: to.send, lock, now: () => (clock.at += 1000), newId: () => `a${++serial}`, changed: () => undefined });
}

const begin = { shift_id: 's1', plate: 'KAA 001A', planned: false };
const receipt = { plate: 'KAA 001A' };
const crash = { kind: 'damage', text: 'A stone hit the windscreen' };
const states = async (queue: Queue): Promise<string[]> => (await queue.list()).map((a) => `${a.kind} ${a.state}`);

describe('what a driver did without a network', () => {
  it('is sent in the order it was done, photos before what names them, each request once', async () => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    const [one, two] = [picture(), picture()];
    const checkIn = await queue.add({ kind: 'check_in', draft: begin, photos: [one, two] });
    const fill = await queue.add({ kind: 'fill_up', draft: receipt, photos: [picture()], needs: checkIn.id });
    const incident = await queue.add({ kind: 'incident', draft: crash, photos: [picture()] });
    expect(await queue.run()).toBeUndefined();
    expect(to.heard).toEqual([`${checkIn.id}.photo.${one.id}`, `${checkIn.id}.photo.${two.id}`, `${checkIn.id}.main`, `${fill.id}.photo.p${serialOf(fill)}`, `${incident.id}.main`, `${incident.id}.photo.p${serialOf(incident)}`]);
    expect(await states(queue)).toEqual(['check_in done', 'fill_up done', 'incident done']);
    expect(store.photos.size).toBe(0);
    await queue.run();
    expect(to.heard).toHaveLength(6);
  });

  it('goes on where a cut or a killed page left it, with the same keys', async () => {
    const [store, to] = [new MemoryStore(), server()];
    to.cutAfter = 2;
    const first = tab(store, to);
    await first.add({ kind: 'check_in', draft: begin, photos: [picture(), picture()] });
    await first.add({ kind: 'incident', draft: crash });
    expect(await first.run()).toBe('offline');
    expect(await states(first)).toEqual(['check_in waiting', 'incident waiting']);
    const [dead] = [...store.actions.values()];
    store.actions.set(dead!.id, { ...dead!, state: 'sending' });
    to.cutAfter = Infinity;
    const reopened = tab(store, to);
    expect(await reopened.run()).toBeUndefined();
    expect(await states(reopened)).toEqual(['check_in done', 'incident done']);
    expect(new Set(to.heard).size).toBe(to.heard.length);
  });

  it('is sent once by two tabs and a finger that presses twice', async () => {
    const [store, to, lock] = [new MemoryStore(), server(), turns()];
    const tabs = [tab(store, to, { lock }), tab(store, to, { lock })];
    for (let i = 0; i < 5; i++) await tabs[i % 2]!.add({ kind: 'incident', draft: crash });
    await Promise.all([...tabs, ...tabs].map((queue) => queue.run()));
    expect(to.heard).toHaveLength(5);
  });

  it('that was added while sending goes out in the same run', async () => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    await queue.add({ kind: 'incident', draft: crash });
    const run = queue.run();
    await queue.add({ kind: 'dispute', draft: { fine_id: 'f', title: '', text: 'Not me' } });
    await Promise.all([run, queue.run()]);
    expect(await states(queue)).toEqual(['incident done', 'dispute done']);
  });

  it('belongs to one person: another neither sees nor sends it', async () => {
    const [store, to] = [new MemoryStore(), server()];
    await tab(store, to).add({ kind: 'incident', draft: crash });
    const other = tab(store, to, { owner: 'other:here' });
    await other.run();
    expect([await other.list(), to.heard]).toEqual([[], []]);
  });
});

describe('a refusal', () => {
  const refused = new Problem(422, 'DRIVER_DOCUMENT_EXPIRED', 'The licence expired.', 'q1', [{ field: 'at', code: 'x', detail: 'too far' }], { kind: 'licence' });

  it('keeps what depends on it and lets the rest go', async () => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    to.refuses.set('check_in', refused);
    const { id } = await queue.add({ kind: 'check_in', draft: begin });
    await queue.add({ kind: 'fill_up', draft: receipt, photos: [picture()], needs: id });
    await queue.add({ kind: 'check_out', draft: { shift_id: 's1', plate: '' }, needs: id });
    await queue.add({ kind: 'incident', draft: crash });
    await queue.run();
    expect(await states(queue)).toEqual(['check_in refused', 'fill_up waiting', 'check_out waiting', 'incident done']);
    expect((await queue.list())[0]?.refusal).toEqual({ code: 'DRIVER_DOCUMENT_EXPIRED', detail: 'The licence expired.', facts: { kind: 'licence' }, errors: [{ field: 'at', detail: 'too far' }] });

    to.refuses.clear();
    await queue.edit(id, { draft: { ...begin, plate: 'KBB 002B' }, photos: [], newPhotos: [] });
    await queue.run();
    expect(await states(queue)).toEqual(['check_in done', 'fill_up done', 'check_out done', 'incident done']);
    expect(to.heard).toContain(`${id}.main.1`);
  });

  it('of a beginning that is discarded takes its end along and frees the others', async () => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    to.refuses.set('check_in', refused);
    const { id } = await queue.add({ kind: 'check_in', draft: begin, photos: [picture()] });
    await queue.add({ kind: 'check_out', draft: { shift_id: 's1', plate: '' }, needs: id });
    await queue.add({ kind: 'fill_up', draft: receipt, photos: [picture()], needs: id });
    await queue.run();
    await queue.discard(id);
    await queue.run();
    expect(await states(queue)).toEqual(['fill_up done']);
    expect(store.photos.size).toBe(0);
  });

  it('because somebody came later is settled by the end of the shift', async () => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    to.refuses.set('check_in', new Problem(409, 'SHIFT_OVERLAPS_VEHICLE', 'Another driver has the vehicle.'));
    const { id } = await queue.add({ kind: 'check_in', draft: begin });
    await queue.run();
    await queue.add({ kind: 'check_out', draft: { shift_id: 's1', plate: '' }, needs: id });
    const send = to.send;
    to.send = async (step) => {
      const answer = await send(step);
      if (step.path.includes('check_out')) to.refuses.clear();
      return answer;
    };
    const again = tab(store, to);
    await again.run();
    expect(await states(again)).toEqual(['check_in done', 'check_out done']);
  });

  it.each([
    [new Problem(503, 'BUSY', ''), 'busy', 1],
    [new Problem(429, 'SLOW_DOWN', ''), 'busy', 1],
    [new Problem(401, 'UNAUTHENTICATED', ''), 'signed_out', 1],
    [new Problem(500, 'INTERNAL', ''), undefined, 2],
  ])('that passes (%s) is none: it waits', async (problem, stopped, heard) => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    to.refuses.set('/', problem);
    await queue.add({ kind: 'incident', draft: crash });
    await queue.add({ kind: 'incident', draft: crash });
    expect([await queue.run(), to.heard.length]).toEqual([stopped, heard]);
    expect(await states(queue)).toEqual(['incident waiting', 'incident waiting']);
    to.refuses.clear();
    await queue.run();
    expect(await states(queue)).toEqual(['incident done', 'incident done']);
  });
});

describe('the shift as this phone knows it', () => {
  it('is what the server said and what was done since', async () => {
    const [store, to] = [new MemoryStore(), server()];
    const queue = tab(store, to);
    expect(heldNow(undefined, [])).toBeUndefined();
    const read = { current: { id: 's0', plate: 'KZZ 009Z', from: '2026-11-21T07:00:00Z' }, at: '2026-11-21T07:30:00.000Z' };
    expect(heldNow(read, [])).toMatchObject({ shift_id: 's0', pending: false });
    await queue.add({ kind: 'check_out', draft: { shift_id: 's0', plate: 'KZZ 009Z' } });
    expect(heldNow(read, await queue.list())).toBeUndefined();
    const checkIn = await queue.add({ kind: 'check_in', draft: begin });
    expect(openCheckIn(await queue.list())?.id).toBe(checkIn.id);
    expect(heldNow(read, await queue.list())).toMatchObject({ shift_id: 's1', plate: 'KAA 001A', pending: true });
    await queue.run();
    expect(openCheckIn(await queue.list())).toBeUndefined();
    expect(heldNow(read, await queue.list())).toMatchObject({ shift_id: 's1', pending: false });
    expect(heldNow({ current: null, at: '2027-01-01T00:00:00.000Z' }, await queue.list())).toBeUndefined();
  });
});

describe('the requests of an action', () => {
  it('say what the driver typed, and nothing they left out', async () => {
    const queue = tab(new MemoryStore(), server());
    const at = '2026-11-21T06:00:00.000Z';
    const checkIn = await queue.add({ kind: 'check_in', draft: { ...begin, odometer_km: 1000, damage_notes: '' }, at });
    expect(nextStep(checkIn)).toMatchObject({ path: '/api/v1/driver_module/me/shift/check_in', body: { id: 's1', plate: 'KAA 001A', at, odometer_km: 1000, photo_file_ids: [] } });
    expect(nextStep(checkIn)?.body).not.toHaveProperty('damage_notes');
    const planned = await queue.add({ kind: 'check_in', draft: { ...begin, planned: true }, at });
    expect(nextStep(planned)?.body).toEqual({ id: 's1', at, photo_file_ids: [] });
    const typed = { fuel_type: 'diesel', quantity: 30, unit: 'l', odometer: 1040, distance_unit: 'km', total_minor: 540000, currency: 'KES', full: true };
    const fill = await queue.add({ kind: 'fill_up', draft: { plate: '', typed }, at });
    expect(nextStep(fill)?.body).toMatchObject({ id: fill.id, fuel_date: at, fuel_quantity: 30, total_cost_minor: 540000, is_full_tank: true });
    const nothing = await queue.add({ kind: 'fill_up', draft: { plate: '' }, at });
    expect(nextStep(nothing)).toBeUndefined();
  });
});

function serialOf(action: Action): number {
  return Number(action.photos[0]?.id.slice(1));
}
