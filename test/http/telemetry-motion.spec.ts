import { SAMPLE_SINK, type SampleSink } from '@fleet/telemetry_engine';
import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { LastPositions } from '../../libs/telemetry_engine/src/store/last-positions';
import { testApp, type Agent, type TestApp } from '../support/app';
import { Drive } from '../support/drives';
import { addPerson, as, settle, type People } from '../support/people';
import { vehicleWithDevice, type EquippedVehicle } from '../support/telemetry';

const base = '/api/v1/telemetry';
const circle = { type: 'circle', centre: { lat: -1.29, lon: 36.82 }, radius_m: 300 };
const corner = (lat: number, lon: number) => ({ lat, lon });
const square = { type: 'polygon', vertices: [corner(-1.3, 36.8), corner(-1.28, 36.8), corner(-1.28, 36.82), corner(-1.3, 36.82)] };

describe('geofences, settings, trips and detections over HTTP', () => {
  let app: TestApp;
  let people: People;
  let admin: Agent;
  let foreign: Agent;
  let parks: [string, string];
  let limited: Agent;

  beforeAll(async () => {
    app = await testApp({ FLEET_ROLES: 'api,ingest' });
    people = await settle(app);
    admin = await as(app, people.north.admin);
    foreign = await as(app, people.south.admin);
    const open = async (name: string): Promise<string> => ((await admin.post('/api/v1/auth/parks').send({ name }).expect(201)).body as { id: string }).id;
    parks = [await open('West'), await open('East')];
    limited = await as(app, await addPerson(app, people.north, 'operator', { parkIds: [parks[0]] }));
  });
  afterAll(() => app.close());

  const draw = async (body: object, agent = admin): Promise<{ id: string; version: number }> => (await agent.post(`${base}/geofences`).send(body).expect(201)).body as { id: string; version: number };
  const driven = async (vehicle: EquippedVehicle): Promise<void> => {
    const { samples } = new Drive(Date.now() - 3_600_000).park(60).drive(900, 130).park(600);
    await app.app.get<SampleSink>(SAMPLE_SINK, { strict: false }).submit({ accountId: people.north.accountId }, samples.map((sample) => ({ device_id: vehicle.device_id, sample })));
    await app.app.get(MotionTicker, { strict: false }).settle();
  };

  it('draws, amends and erases geofences, with the version that was read', async () => {
    const { id, version } = await draw({ name: 'Yard', shape: circle, dwell_minutes: 30 });
    expect((await admin.get(`${base}/geofences/${id}`).expect(200)).body).toMatchObject({ name: 'Yard', shape: circle, dwell_minutes: 30, park_id: null });
    await admin.patch(`${base}/geofences/${id}`).set('if-match', `"${version + 7}"`).send({ name: 'Other' }).expect(412);
    expect((await admin.patch(`${base}/geofences/${id}`).set('if-match', `"${version}"`).send({ shape: square, dwell_minutes: null }).expect(200)).body).toMatchObject({ name: 'Yard', shape: square, dwell_minutes: null, version: version + 1 });
    expect((await admin.post(`${base}/geofences`).send({ name: 'yard', shape: circle }).expect(409)).body.code).toBe('GEOFENCE_NAME_TAKEN');
    await admin.delete(`${base}/geofences/${id}`).expect(204);
    await admin.get(`${base}/geofences/${id}`).expect(404);
  });

  it.each([
    ['a circle without a centre', { type: 'circle', radius_m: 300 }],
    ['a circle with corners', { ...circle, vertices: square.vertices }],
    ['a circle too small to hit', { ...circle, radius_m: 5 }],
    ['two corners', { type: 'polygon', vertices: square.vertices.slice(0, 2) }],
    ['a polygon with a radius', { ...square, radius_m: 200 }],
    ['an outline that crosses itself', { type: 'polygon', vertices: [corner(0, 0), corner(1, 1), corner(1, 0), corner(0, 1)] }],
    ['a corner named twice', { type: 'polygon', vertices: [corner(0, 0), corner(1, 1), corner(0, 0), corner(0, 1)] }],
    ['an area over the date line', { type: 'polygon', vertices: [corner(0, 179), corner(1, -179), corner(2, 179)] }],
    ['more corners than a person draws', { type: 'polygon', vertices: Array.from({ length: 201 }, (_, i) => corner(Math.sin(i / 32), Math.cos(i / 32))) }],
    ['a place that is none', { ...circle, centre: { lat: 91, lon: 0 } }],
    ['a shape that is none', { type: 'star' }],
    ['nothing', null],
  ])('refuses %s', async (_, shape) => {
    const before = (await admin.get(`${base}/geofences`).expect(200)).body as { items: object[] };
    await admin.post(`${base}/geofences`).send({ name: 'Bad', shape }).expect(400);
    expect((await admin.get(`${base}/geofences`).expect(200)).body).toEqual(before);
  });

  it('shows whoever is limited to parks their own and the account’s, and lets them change only their own', async () => {
    const [all, west, east] = [await draw({ name: 'Everybody', shape: circle }), await draw({ name: 'West only', shape: circle, park_id: parks[0] }), await draw({ name: 'East only', shape: circle, park_id: parks[1] })];
    const seen = (await limited.get(`${base}/geofences`).expect(200)).body as { items: { name: string }[] };
    expect(seen.items.map((g) => g.name)).toEqual(['Everybody', 'West only']);
    await limited.get(`${base}/geofences/${east.id}`).expect(404);
    await limited.patch(`${base}/geofences/${west.id}`).send({ name: 'West yard' }).expect(200);
    await limited.patch(`${base}/geofences/${all.id}`).send({ name: 'Mine' }).expect(400);
    await limited.delete(`${base}/geofences/${east.id}`).expect(404);
    await limited.post(`${base}/geofences`).send({ name: 'For all', shape: circle }).expect(400);
    await limited.post(`${base}/geofences`).send({ name: 'East too', shape: circle, park_id: parks[1] }).expect(400);
    await draw({ name: 'West again', shape: circle, park_id: parks[0] }, limited);
    expect(((await foreign.get(`${base}/geofences`).expect(200)).body as { items: object[] }).items).toEqual([]);
    await foreign.patch(`${base}/geofences/${all.id}`).send({ name: 'Theirs' }).expect(404);
  });

  it('keeps thresholds of the account, bounded and versioned', async () => {
    const before = (await admin.get(`${base}/motion_settings`).expect(200)).body as { version: number; trip_stop_s: number };
    expect(before).toMatchObject({ trip_stop_s: 180, updated_at: null });
    const after = (await admin.patch(`${base}/motion_settings`).set('if-match', `"${before.version}"`).send({ trip_stop_s: 240, overspeed_kmh: 100 }).expect(200)).body as object;
    expect(after).toMatchObject({ trip_stop_s: 240, overspeed_kmh: 100, idle_min_s: 300, version: before.version + 1 });
    await admin.patch(`${base}/motion_settings`).set('if-match', `"${before.version}"`).send({ trip_stop_s: 300 }).expect(412);
    for (const bad of [{ trip_stop_s: 1 }, { trip_stop_s: '240' }, { harsh_braking_ms2: 0 }, { no_such: 1 }, { idle_min_s: null }]) await admin.patch(`${base}/motion_settings`).send(bad).expect(400);
    await limited.patch(`${base}/motion_settings`).send({ trip_stop_s: 300 }).expect(403);
    expect((await foreign.get(`${base}/motion_settings`).expect(200)).body).toMatchObject({ trip_stop_s: 180 });
    expect((await admin.get(`${base}/motion_settings`).expect(200)).body).toEqual(after);
  });

  it('shows trips and detections to those who may see the vehicle', async () => {
    const [west, east] = [await vehicleWithDevice(admin, { park_id: parks[0] }), await vehicleWithDevice(admin, { park_id: parks[1] })];
    await driven(west);
    await driven(east);
    const trip = ((await admin.get(`${base}/${east.vehicle_id}/trips`).expect(200)).body as { items: { id: string }[] }).items[0]!;
    const list = async (agent: Agent): Promise<string[]> => ((await agent.get(`${base}/detections?kind=overspeed`).expect(200)).body as { items: { vehicle_id: string }[] }).items.map((d) => d.vehicle_id).sort();
    expect(await list(admin)).toEqual([west.vehicle_id, east.vehicle_id].sort());
    expect(await list(limited)).toEqual([west.vehicle_id]);
    expect(await list(foreign)).toEqual([]);
    const found = ((await admin.get(`${base}/detections?vehicle_id=${east.vehicle_id}`).expect(200)).body as { items: { id: string }[] }).items[0]!;
    for (const stranger of [limited, foreign]) {
      for (const path of ['trips', 'stops', 'rollups', 'speed_limit', `trips/${trip.id}`]) await stranger.get(`${base}/${east.vehicle_id}/${path}`).expect(404);
      await stranger.get(`${base}/detections/${found.id}`).expect(404);
      await stranger.get(`${base}/detections?vehicle_id=${east.vehicle_id}`).expect(404);
    }
    // A trip is asked for by its own vehicle.
    await admin.get(`${base}/${west.vehicle_id}/trips/${trip.id}`).expect(404);
    await limited.get(`${base}/${west.vehicle_id}/trips`).expect(200);
  });

  it('lists trips and stops of the fleet, by any spelling of a plate, and as a file', async () => {
    const [west, east] = [await vehicleWithDevice(admin, { park_id: parks[0] }), await vehicleWithDevice(admin, { park_id: parks[1] })];
    await driven(west);
    await driven(east);
    const plate = ((await admin.get(`/api/v1/transport_registry/${east.vehicle_id}`).expect(200)).body as { plate: string }).plate;
    const list = async (agent: Agent, query = '', what = 'trips'): Promise<{ vehicle_id: string; plate: string }[]> => ((await agent.get(`${base}/${what}?${query}`).expect(200)).body as { items: { vehicle_id: string; plate: string }[] }).items;
    expect((await list(admin)).map((t) => t.vehicle_id)).toEqual(expect.arrayContaining([west.vehicle_id, east.vehicle_id]));
    expect((await list(limited)).map((t) => t.vehicle_id)).toContain(west.vehicle_id);
    expect((await list(limited)).map((t) => t.vehicle_id)).not.toContain(east.vehicle_id);
    expect(await list(foreign)).toEqual([]);
    const spelled = encodeURIComponent(plate.toLowerCase().replaceAll(' ', '-'));
    expect(await list(admin, `plate=${spelled}`)).toEqual([expect.objectContaining({ vehicle_id: east.vehicle_id, plate })]);
    expect(await list(limited, `plate=${spelled}`)).toEqual([]);
    await limited.get(`${base}/stops?vehicle_id=${east.vehicle_id}`).expect(404);
    expect((await list(admin, `vehicle_id=${east.vehicle_id}`, 'stops'))[0]).toMatchObject({ plate });
    expect((await list(admin, `plate=${spelled}`, 'detections')).every((d) => d.plate === plate)).toBe(true);
    for (const what of ['trips', 'stops', 'detections']) {
      const file = (await admin.get(`${base}/${what}/export?vehicle_id=${east.vehicle_id}`).expect(200)).text;
      expect(file.split('\n')[0]).toMatch(/^\W?plate,/);
      expect(file).toContain(plate);
    }
  });

  it('says where a vehicle is, inside which geofences, and which vehicles are in one', async () => {
    const [west, east] = [await vehicleWithDevice(admin, { park_id: parks[0] }), await vehicleWithDevice(admin, { park_id: parks[1] })];
    expect((await admin.get(`${base}/${west.vehicle_id}/now`).expect(200)).body).toEqual({ vehicle_id: west.vehicle_id, last: null, since_at: null, geofences: [] });
    await driven(west);
    await driven(east);
    await app.app.get(LastPositions, { strict: false }).flush();
    const now = (await admin.get(`${base}/${west.vehicle_id}/now`).expect(200)).body as { last: { lat: number; lon: number; state: string }; since_at: string | null };
    expect(now).toMatchObject({ last: { state: 'stopped' }, since_at: expect.any(String) as string });
    const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
    const shape = { type: 'circle', centre: { lat: round(now.last.lat), lon: round(now.last.lon) }, radius_m: 60 };
    const [here, ofEast] = [await draw({ name: 'Where it ended', shape }), await draw({ name: 'East end', shape, park_id: parks[1] })];
    expect((await admin.get(`${base}/${west.vehicle_id}/now`).expect(200)).body).toMatchObject({ geofences: [{ id: here.id, name: 'Where it ended' }] });
    const inside = async (agent: Agent, id: string): Promise<string[]> => ((await agent.get(`${base}/geofences/${id}/vehicles`).expect(200)).body as { items: { vehicle_id: string }[] }).items.map((v) => v.vehicle_id);
    expect(await inside(admin, here.id)).toEqual(expect.arrayContaining([west.vehicle_id, east.vehicle_id]));
    expect(await inside(limited, here.id)).not.toContain(east.vehicle_id);
    expect(await inside(admin, ofEast.id)).not.toContain(west.vehicle_id);
    await limited.get(`${base}/geofences/${ofEast.id}/vehicles`).expect(404);
    await limited.get(`${base}/${east.vehicle_id}/now`).expect(404);
    await admin.patch(`${base}/geofences/${here.id}`).send({ shape: { type: 'circle', centre: { lat: 10, lon: 10 }, radius_m: 60 } }).expect(200);
    expect(await inside(admin, here.id)).toEqual([]);
    // It began inside, so nobody saw it enter: the history of a geofence is of those that crossed it.
    expect(((await admin.get(`${base}/detections?geofence_id=${here.id}`).expect(200)).body as { items: object[] }).items).toEqual([]);
  });

  it('refuses periods and kinds that make no sense', async () => {
    const { vehicle_id } = await vehicleWithDevice(admin);
    for (const query of ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from=2025-01-01T00:00:00Z', 'from=yesterday', 'from=2026-01-01']) {
      for (const path of [`${vehicle_id}/trips`, `${vehicle_id}/stops`, `${vehicle_id}/rollups`, 'detections']) await admin.get(`${base}/${path}?${query}`).expect(400);
    }
    expect((await admin.get(`${base}/detections?kind=idling,flying`).expect(400)).body.code).toBe('UNKNOWN_KIND');
    await admin.put(`${base}/${vehicle_id}/speed_limit`).send({ limit_kmh: 4 }).expect(400);
    expect((await admin.put(`${base}/${vehicle_id}/speed_limit`).send({ limit_kmh: 60 }).expect(200)).body).toEqual({ limit_kmh: 60, own_kmh: 60 });
    expect((await admin.put(`${base}/${vehicle_id}/speed_limit`).send({ limit_kmh: null }).expect(200)).body).toMatchObject({ own_kmh: null });
  });
});
