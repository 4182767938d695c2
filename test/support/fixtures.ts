import { randomUUID } from 'node:crypto';
import type { Agent, TestApp } from './app';
import { activeDriver, activeVehicle, base as drivers, openShift } from './drivers';
import { feedRecord, importRecords } from './feed';
import { addPerson, as, session, type Company } from './people';
import { jpeg } from './pictures';
import { until } from './until';

/** Where examples are made: one company, its admin with a fresh second factor, and what was made before. */
export interface Stage {
  app: TestApp;
  company: Company;
  admin: Agent;
  /** The example registered under this name, made on first use. */
  the(name: string): Promise<string>;
}

const fuelTable = Buffer.from('plate,fuel_date,fuel_quantity,trip_distance\nK 902,2026-01-31,20,300\n');

type Example = (stage: Stage) => Promise<string>;
interface Registered {
  make: Example;
  /** Belongs to no account: every admin may use it. */
  shared?: true;
}

const created = async (answer: PromiseLike<{ status: number; body: { id: string } }>): Promise<string> => {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`an example was not created: ${status} ${JSON.stringify(body)}`);
  return body.id;
};
/** An address nothing is sent to: the servers of these tests have no worker. */
const webhook = () => ({ name: 'Probe', url: 'https://8.8.8.8/hook', event_types: ['*'] });
const own = (make: Example): Registered => ({ make });

/**
 * One example resource for each path parameter of the API, by the end of its address: `users/:id`, or `:vehicle_id` where
 * the name says enough. The longest end wins. A subsystem adds its own; every route is then tried with it by strangers.
 */
export const examples: Record<string, Registered> = {
  'auth/users/:id': own(async ({ app, company }) => (await addPerson(app, company, 'driver')).id),
  'auth/parks/:id': own(({ admin }) => created(admin.post('/api/v1/auth/parks').send({ name: `Yard ${randomUUID().slice(0, 8)}` }))),
  'auth/invitations/:id': own(({ admin, company }) => created(admin.post('/api/v1/auth/invitations').send({ email: `guest.${randomUUID().slice(0, 8)}@${company.domain}`, role: 'driver' }))),
  'auth/clients/:id': own(({ admin }) => created(admin.post('/api/v1/auth/clients').send({ name: `Gateway ${randomUUID().slice(0, 8)}`, scopes: ['auth.park.read'] }))),
  'auth/sessions/:id': own(openSession),
  'auth/account_sessions/:id': own(openSession),

  'etl/tasks/:name': { make: async () => 'auth.prune', shared: true },
  'etl/runs/:id': own((stage) => aRun(stage, 'queued')),
  'etl/dead_letters/:id': own((stage) => aRun(stage, 'dead')),

  ':vehicle_id': own(({ admin }) => created(admin.post('/api/v1/transport_registry').send({ plate: `K ${randomUUID().slice(0, 6)}`, odometer_km: 1000 }))),
  ':binding_id': own(async ({ admin, the }) => created(admin.post(`/api/v1/transport_registry/${await the(':vehicle_id')}/devices`).send({ device_id: `T-${randomUUID().slice(0, 8)}` }))),
  ':reading_id': own(async ({ admin, the }) => created(admin.post(`/api/v1/transport_registry/${await the(':vehicle_id')}/odometer`).send({ odometer_km: 1001 }))),
  'transport_registry/documents/:document_id': own(async ({ admin, the }) => created(admin.post(`/api/v1/transport_registry/${await the(':vehicle_id')}/documents`).send({ kind: 'permit' }))),
  ':import_id': own(async ({ admin }) => (await admin.post('/api/v1/transport_registry/imports').attach('file', Buffer.from('plate\nK 900\n'), 'x.csv').expect(202)).body.id as string),

  'telemetry/devices/:device_id': own(async ({ admin }) => {
    const device_id = `T-${randomUUID().slice(0, 8)}`;
    await admin.post('/api/v1/telemetry/devices').send({ device_id, protocol: 'http' }).expect(201);
    return device_id;
  }),
  ':key_id': own(({ admin }) => created(admin.post('/api/v1/telemetry/ingest_keys').send({ name: `Gateway ${randomUUID().slice(0, 8)}` }))),

  // The driver of the company's driver login, so that what drivers do for themselves is tried too.
  ':driver_id': own(async ({ admin, company }) => (await activeDriver(admin, { user_id: company.driver.id })).id),
  ':shift_id': own(async ({ admin, the }) => (await openShift(admin, { driverId: await the(':driver_id'), vehicleId: await activeVehicle(admin) })).id),
  ':file_id': own(async ({ admin, the }) => created(admin.post(`${drivers}/drivers/${await the(':driver_id')}/files`).attach('file', jpeg({ salt: 201 }), 'x.jpg'))),
  'driver_module/documents/:document_id': own(async ({ admin, the }) => created(admin.post(`${drivers}/drivers/${await the(':driver_id')}/documents`).send({ kind: 'medical' }))),
  ':feedback_id': own(async ({ admin, the }) => created(admin.post(`${drivers}/drivers/${await the(':driver_id')}/feedback`).send({ source: 'staff', topic: 'driving', rating: 4 }))),
  ':score_input_id': own(async ({ admin, the }) => (await admin.post(`${drivers}/drivers/${await the(':driver_id')}/score_inputs`).send({ name: 'example', value: 1, unit: 'stars', valid_from: '2026-01-01T00:00:00Z' }).expect(200)).body.items[0].id as string),
  ':lockout_id': own(async ({ admin, the }) => created(admin.post('/api/v1/access/lockouts').send({ driver_id: await the(':driver_id'), reason_code: 'incident', until: '2099-01-01T00:00:00Z' }))),
  // A release whose time is over: it is at rest, so that nothing about it changes by itself.
  ':job_id': own(async ({ app, company, admin, the }) => {
    const vehicle = `/api/v1/access/${await the(':vehicle_id')}`;
    await admin.put(`${vehicle}/circuit`).send(circuit).expect(200);
    const { job_id } = (await admin.post(`${vehicle}/release`).send({}).expect(202)).body as { job_id: string };
    await app.db.sql(`update access_control.command set begin_by = now() where id = $1`, [job_id], company.accountId);
    await until(async () => (await app.db.sql(`select 1 from access_control.command where id = $1 and ended_at is not null`, [job_id], company.accountId)).length > 0);
    return job_id;
  }),

  ':feed_id': own(({ admin }) => created(admin.post('/api/v1/fuel_log/feeds').send({ enabled: false }))),
  ':feed_import_id': own(async ({ admin, the }) => {
    await the(':feed_id');
    return (await admin.post('/api/v1/fuel_log/feed_imports').send({ kind: 'changes' }).expect(202)).body.id as string;
  }),
  ':alias_id': own(({ admin }) => created(admin.post('/api/v1/fuel_log/aliases').send(alias))),
  ':inbox_id': own(async ({ app, admin, company }) => {
    await importRecords(app, company.accountId, [feedRecord({ car: 'NOBODY 1' })]);
    return (await admin.get('/api/v1/fuel_log/inbox').expect(200)).body.items[0].id as string;
  }),
  ':fill_up_id': own(async ({ admin, the }) => created(admin.post('/api/v1/fuel_log/fill_ups').send(fillUp(await the(':vehicle_id'))))),
  ':receipt_id': own(({ admin }) => created(admin.post('/api/v1/fuel_log/receipts').attach('file', jpeg({ salt: 202 }), 'receipt.jpg'))),
  'fuel_log/imports/:import_id': own(async ({ admin }) => (await admin.post('/api/v1/fuel_log/imports').attach('file', fuelTable, 'x.csv').expect(202)).body.id as string),
  'fuel_log/trips/:trip_id': own(async ({ admin, the }) => created(admin.post('/api/v1/fuel_log/trips').send(trip(await the(':vehicle_id'))))),
  ':anomaly_id': own(async ({ admin }) => {
    const vehicleId = await activeVehicle(admin, { tank_capacity_l: 10 });
    await created(admin.post('/api/v1/fuel_log/fill_ups').send(fillUp(vehicleId)));
    return (await admin.get(`/api/v1/fuel_log/anomalies?vehicle_id=${vehicleId}`).expect(200)).body.items[0].id as string;
  }),
  ':trip_id': own((stage) => aStretch(stage)),
  ':detection_id': own((stage) => aDetection(stage)),
  ':geofence_id': own(({ admin }) => created(admin.post('/api/v1/telemetry/geofences').send(geofence()))),

  ':event_id': own(async ({ admin, the }) => created(admin.post('/api/v1/event_log/events').send({ type: 'incident', kind: 'collision', vehicle_id: await the(':vehicle_id'), at: new Date(Date.now() - 60_000).toISOString(), text: `example ${randomUUID().slice(0, 8)}` }))),
  ':fine_id': own(async ({ admin, the }) => created(admin.post('/api/v1/event_log/events').send({ type: 'fine', kind: 'parking', vehicle_id: await the(':vehicle_id'), at: new Date(Date.now() - 60_000).toISOString(), amount_minor: 5000, currency: 'KES', reference: `F ${randomUUID()}` }))),
  ':evidence_id': own(async ({ admin, the }) => created(admin.post(`/api/v1/event_log/events/${await the(':event_id')}/evidence`).attach('file', jpeg({ salt: 202 }), 'x.jpg'))),
  'event_log/imports/:import_id': own(async ({ admin }) => (await admin.post('/api/v1/event_log/imports').attach('file', Buffer.from('plate,at,amount\nK 900,2026-01-01 10:00,100\n'), 'x.csv').expect(202)).body.id as string),
  ':endpoint_id': own(({ admin }) => created(admin.post('/api/v1/notify/webhooks').send({ ...webhook(), name: `Hook ${randomUUID().slice(0, 8)}` }))),
  ':delivery_id': own(async ({ admin, the }) => (await admin.post(`/api/v1/notify/webhooks/${await the(':endpoint_id')}/ping`).expect(202)).body.id as string),
  ':rule_id': own(({ admin }) => created(admin.post('/api/v1/notify/rules').send({ name: 'Example', event_types: ['*'], roles: ['admin'], channels: ['in_app'] }))),
  ':notice_id': own(aNotice),
  'preferences/:kind': { make: async () => 'notify.endpoint_disabled', shared: true },
  'checklist/:item': { make: async ({ admin, the }) => (await admin.get(`${drivers}/drivers/${await the(':driver_id')}/checklist`).expect(200)).body.items[0].key as string, shared: true },
};

const circuit = { kind: 'starter', enabled: true, output_no: 1, routes: [{ method: 'ips_text', dialect: 'umka' }], installed_by: 'Workshop', installed_on: '2026-01-15' };

/** Properties and query parameters that point at a thing by another name than its own. */
export const pointers: Record<string, string> = { receipt_ids: ':receipt_id', duplicate_id: ':driver_id', photo_file_ids: ':file_id', file_ids: ':file_id', user_id: 'auth/users/:id', user_ids: 'auth/users/:id', approver: 'auth/users/:id', park_id: 'auth/parks/:id', park_ids: 'auth/parks/:id' };

/** Bodies for routes whose description alone does not yield a usable one, by `METHOD /path`. */
export const bodies: Record<string, (stage: Stage) => Promise<object> | object> = {
  'POST /api/v1/access/lockouts': async ({ the }) => ({ driver_id: await the(':driver_id'), reason_code: 'misconduct' }),
  'PUT /api/v1/access/:vehicle_id/circuit': () => circuit,
  'PATCH /api/v1/auth/users/:id': () => ({ disabled: true }),
  'POST /api/v1/fuel_log/aliases': () => alias,
  'POST /api/v1/fuel_log/fill_ups': async ({ the }) => fillUp(await the(':vehicle_id')),
  'PUT /api/v1/fuel_log/vehicles/:vehicle_id/tank_sensor': () => ({ source: 'level_l' }),
  'POST /api/v1/fuel_log/trips': async ({ the }) => trip(await the(':vehicle_id')),
  'POST /api/v1/fuel_log/my/fill_ups': async ({ the }) => ({ ...fillUp(await the(':vehicle_id')), id: randomUUID() }),
  'POST /api/v1/telemetry/geofences': async ({ the }) => ({ ...geofence(), park_id: await the('auth/parks/:id') }),
  'PATCH /api/v1/telemetry/geofences/:geofence_id': () => geofence(),
  'POST /api/v1/event_log/events': async ({ the }) => ({ type: 'incident', kind: 'collision', vehicle_id: await the(':vehicle_id'), at: new Date(Date.now() - 60_000).toISOString(), title: 'probe', text: 'probe', details: { injured: 0 } }),
  'POST /api/v1/event_log/my/events': () => ({ id: randomUUID(), type: 'incident', kind: 'collision', text: 'probe', details: {} }),
  'POST /api/v1/event_log/events/:event_id/spans': async ({ the }) => ({ vehicle_id: await the(':vehicle_id'), from: new Date(Date.now() - 120_000).toISOString(), to: new Date(Date.now() - 60_000).toISOString() }),
  'POST /api/v1/event_log/events/batch': async ({ the }) => ({ events: [{ type: 'incident', kind: 'damage', vehicle_id: await the(':vehicle_id'), at: new Date(Date.now() - 60_000).toISOString(), reference: `probe ${randomUUID()}` }] }),
  'POST /api/v1/event_log/events/:event_id/amend': async ({ the }) => ({ vehicle_id: await the(':vehicle_id'), kind: 'damage', reason: 'probe', title: 'probe', text: 'probe', details: {} }),
  'POST /api/v1/notify/webhooks': () => ({ ...webhook(), name: `Hook ${randomUUID().slice(0, 8)}` }),
};

/** Routes that take an id of anybody's for one of their own, each with the reason why that shows and harms nobody. */
export const mayEcho: Record<string, string> = {
  'GET /api/v1/telemetry/quarantine': 'what the stranger uploaded for a vehicle that is not theirs waits in their own account',
  'POST /api/v1/driver_module/me/shift/check_out': 'the phone chose the id of a shift whose check-in may still be on its way; it waits in the own account',
};

/** Files for routes that take one, by `METHOD /path`: name and content. */
export const uploads: Record<string, { name: string; content: Buffer }> = {
  'POST /api/v1/event_log/imports': { name: 'x.csv', content: Buffer.from('plate,at,amount\nK 901,2026-01-01 10:00,100\n') },
  'POST /api/v1/transport_registry/imports': { name: 'x.csv', content: Buffer.from('plate\nK 901\n') },
  'POST /api/v1/fuel_log/imports': { name: 'x.csv', content: fuelTable },
};

const alias = { kind: 'department', spelling: 'Night Owls', canonical: 'Taxi' };
const fillUp = (vehicleId: string): object => ({ vehicle_id: vehicleId, fuel_date: '2026-01-31T08:00:00Z', trip_distance: 300, fuel_type: 'gasoline', fuel_quantity: 20, unit_of_measure: 'l', is_full_tank: true });

const trip = (vehicleId: string): object => ({ vehicle_id: vehicleId, start_at: '2026-01-31T08:00:00Z', end_at: '2026-01-31T09:00:00Z', odo_start: 900, odo_end: 950 });

const geofence = () => ({ name: `Fence ${randomUUID().slice(0, 8)}`, shape: { type: 'circle', centre: { lat: -1.29, lon: 36.82 }, radius_m: 200 } });

async function aStretch({ app, company, the }: Stage): Promise<string> {
  const rows = await app.db.sql<{ id: string }>(
    `insert into telemetry_engine.stretch (id, account_id, vehicle_no, vehicle_id, kind, from_at, decided_at, revision, body)
     select gen_random_uuid(), v.account_id, v.vehicle_no, v.id, 'trip', now(), 'infinity', 1, '{"from_place": {"lat": 1, "lon": 2}}' from transport_registry.vehicle v where v.id = $1 returning id`,
    [await the(':vehicle_id')],
    company.accountId,
  );
  return rows[0]?.id ?? '';
}

async function aDetection({ app, company, the }: Stage): Promise<string> {
  const rows = await app.db.sql<{ id: string }>(
    `insert into telemetry_engine.detection (id, account_id, vehicle_no, vehicle_id, kind, subject, from_at, to_at, decided_at, revision, body)
     select gen_random_uuid(), v.account_id, v.vehicle_no, v.id, 'overspeed', '', now(), now(), now(), 1,
            '{"place": null, "value": 130, "limit": 110, "unit": "km/h", "details": {}, "evidence": []}' from transport_registry.vehicle v where v.id = $1 returning id`,
    [await the(':vehicle_id')],
    company.accountId,
  );
  return rows[0]?.id ?? '';
}

async function openSession({ app, company }: Stage): Promise<string> {
  const { access_token } = await session(app, company.driver);
  return (JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;
}

async function aNotice({ app, company }: Stage): Promise<string> {
  const rows = await app.db.sql<{ id: string }>(
    `insert into notify.notice (id, account_id, user_id, kind, subject, severity, title, text, event_id, first_at, last_at)
     values (gen_random_uuid(), $1, $2, 'test.example', '', 'info', 'Example', 'Example', gen_random_uuid(), now(), now()) returning id`,
    [company.accountId, company.admin.id],
    company.accountId,
  );
  return rows[0]?.id ?? '';
}

async function aRun({ app, company }: Stage, state: string): Promise<string> {
  const rows = await app.db.sql<{ id: string }>(
    `insert into jobs.run (task, account_id, state, finished_at, sent_at, by_kind, by_id) values ('test.example', $1, $2, case when $2 = 'dead' then now() end, now(), 'system', 'test') returning id`,
    [company.accountId, state],
    company.accountId,
  );
  return rows[0]?.id ?? '';
}

/** The registered name for the parameter that ends this address, like `/api/v1/auth/users/:id`. */
export function exampleName(address: string): string | undefined {
  const ends = Object.keys(examples).filter((name) => address === name || address.endsWith(`/${name}`));
  return ends.sort((a, b) => b.length - a.length)[0];
}

/** Addresses of a route up to each of its parameters: `/a/:b/c/:d` has `/a/:b` and `/a/:b/c/:d`. */
export function parametersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.flatMap((part, i) => (part.startsWith(':') ? [parts.slice(0, i + 1).join('/')] : []));
}

export async function stageFor(app: TestApp, company: Company): Promise<Stage> {
  const made = new Map<string, Promise<string>>();
  const stage: Stage = {
    app,
    company,
    admin: await as(app, company.admin, { steppedUp: true }),
    the: (name) => {
      const registered = examples[name];
      if (!registered) throw new Error(`no example "${name}" in test/support/fixtures.ts`);
      const known = made.get(name) ?? registered.make(stage);
      made.set(name, known);
      return known;
    },
  };
  return stage;
}
