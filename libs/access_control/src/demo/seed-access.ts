import { randomUUID } from 'node:crypto';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { VehicleLookup, type KnownVehicle } from '@fleet/transport_registry';
import { Circuits } from '../circuits/circuit.service';
import { textFor, type Route } from '../rules/device-texts';
import type { CommandKind } from '../rules/words';
import { ImmobilizingSettings } from '../settings/setting.service';
import { pastCommands, type PastCommand } from './past-commands';

const dayMs = 86_400_000;
const circuitsMax = 24;

interface Fitted {
  vehicle: KnownVehicle;
  route: Route;
}

/** Remote immobilization switched on, with starter circuits in vehicles whose devices can be reached, some history and lockouts. */
export async function seedAccess({ app, tx, userIds }: DemoSeed): Promise<void> {
  const now = app.get(Clock).now();
  await app.get(ImmobilizingSettings).amend(tx.actor, { immobilizing: true, legal_basis: 'Demo: consent in section 7 of the rental contract, shown to every driver.', vehicle_per_hour: 30, person_per_hour: 100, account_per_hour: 200 }, undefined);
  const fitted = await reachable(tx, await app.get(VehicleLookup).inStatus(tx, 'active'), now);
  const circuits = app.get(Circuits);
  for (const [i, { vehicle, route }] of fitted.entries()) {
    // The last few are wired and not released for use yet.
    const enabled = i < fitted.length - 3;
    const installed_on = new Date(now.getTime() - (40 + i * 9) * dayMs).toISOString().slice(0, 10);
    await circuits.install(tx.actor, vehicle.id, { kind: 'starter', enabled, output_no: 1, routes: [route], installed_by: 'Demo Auto Electric, Nairobi', installed_on, notes: null }, undefined);
  }
  const operator = userIds.get('immobilizer@demo.example') ?? tx.actor.id;
  for (const past of pastCommands) {
    const one = fitted[past.car % Math.max(1, fitted.length)];
    if (one) await tell(tx, one, past, operator, new Date(now.getTime() - past.daysAgo * dayMs));
  }
  await lockSomeOut(tx, operator, now);
}

/** Devices that keep a connection open; one with a password speaks IPS by TCP. Without registered devices the usual kind is assumed. */
async function reachable(tx: Tx, vehicles: readonly KnownVehicle[], now: Date): Promise<Fitted[]> {
  const rows = await tx.sql<{ vehicle_id: string; protocol: string | null; has_password: boolean }>(
    `select b.vehicle_id, d.protocol, d.secret_hash is not null as has_password from transport_registry.device_binding b
       left join telemetry_engine.device d on d.device_id = b.device_id where b.vehicle_id = any($1::uuid[]) and b.period @> $2::timestamptz`,
    [vehicles.map((v) => v.id), now],
  );
  const ways = new Map(rows.map((row) => [row.vehicle_id, row]));
  return vehicles
    .flatMap((vehicle): Fitted[] => {
      const way = ways.get(vehicle.id);
      if (way?.protocol === 'teltonika') return [{ vehicle, route: { method: 'teltonika_gprs' } }];
      if (way && (way.protocol === null || (way.protocol === 'wialon_ips' && way.has_password))) return [{ vehicle, route: { method: 'ips_text', dialect: 'umka' } }];
      return [];
    })
    .slice(0, circuitsMax);
}

const answerTo = (route: Route, kind: CommandKind, sent: string): string => (route.method === 'teltonika_gprs' ? `DOUT1:${kind === 'immobilize' ? 'ON' : 'OFF'} Timeout:INFINITY` : sent);

/** Written down as it was, and told to nobody: what listens was not there then. */
async function tell(tx: Tx, { vehicle, route }: Fitted, past: PastCommand, operator: string, at: Date): Promise<void> {
  const id = randomUUID();
  const sent = textFor(route, 1, past.kind);
  const order = { vehicle_no: vehicle.vehicle_no, device_id: null, output_no: 1, circuit_kind: 'starter', route };
  const ended = new Date(at.getTime() + past.seconds * 1000);
  await tx.sql(
    `insert into access_control.command (id, account_id, vehicle_id, kind, origin, method, reason, note, requested_by_kind, requested_by, session_id, stepped_up_at, requested_at, state, code, evidence, work_order, begin_by, ended_at)
     values ($1, $2, $3, $4, 'person', $5, $6, $7, 'user', $8, $9, $10, $10, $11, $12, $13, $14, $10, $15)`,
    [id, tx.accountId, vehicle.id, past.kind, route.method, past.reason, past.note, operator, randomUUID(), at, past.state, past.code, past.evidence, JSON.stringify(order), ended],
  );
  for (const [n, attempt] of past.attempts.entries()) {
    const begun = new Date(at.getTime() + n * 3_800 + 40);
    await tx.sql('insert into access_control.attempt (command_id, account_id, no, sent, begun_at, ended_at, outcome, code, answer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      id, tx.accountId, n + 1, sent, begun, new Date(begun.getTime() + attempt.ms), attempt.outcome, attempt.code, attempt.outcome === 'executed' ? answerTo(route, past.kind, sent) : (attempt.answer ?? null),
    ]);
  }
  for (const [n, step] of past.steps.entries()) {
    await tx.sql('insert into access_control.transition (account_id, command_id, at, what, from_state, to_state, evidence, actor_kind, actor_id, data) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
      tx.accountId, id, n === 0 ? at : ended, step.what, step.from, step.to, step.evidence, n === 0 ? 'user' : 'system', n === 0 ? operator : 'access_control.carry_out', JSON.stringify({}),
    ]);
  }
}

async function lockSomeOut(tx: Tx, operator: string, now: Date): Promise<void> {
  const drivers = await tx.sql<{ id: string }>(`select id from driver_module.driver where account_id = $1 and status = 'active' and user_id is null order by driver_no desc limit 2`, [tx.accountId]);
  const vehicles = await tx.sql<{ id: string }>(`select id from transport_registry.vehicle where account_id = $1 and status = 'in_repair' order by vehicle_no limit 1`, [tx.accountId]);
  const [debtor, returned] = drivers;
  const [defect] = vehicles;
  const open = async (type: string, subject: string, reason: string, daysAgo: number, days: number | undefined, liftedDaysAgo?: number): Promise<void> => {
    const id = randomUUID();
    const at = new Date(now.getTime() - daysAgo * dayMs);
    const until = days === undefined ? null : new Date(at.getTime() + days * dayMs);
    const lifted = liftedDaysAgo === undefined ? null : new Date(now.getTime() - liftedDaysAgo * dayMs);
    await tx.sql('insert into access_control.lockout (id, account_id, subject_type, subject_id, reason_code, opened_by, opened_at, until, lifted_by, lifted_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
      id, tx.accountId, type, subject, reason, operator, at, until, lifted && operator, lifted,
    ]);
    for (const [what, when] of [['opened', at], ...(lifted ? [['lifted', lifted]] : [])] as [string, Date][]) {
      await tx.sql('insert into access_control.lockout_log (account_id, lockout_id, at, what, reason_code, until, actor_kind, actor_id) values ($1, $2, $3, $4, $5, $6, $7, $8)', [tx.accountId, id, when, what, reason, until, 'user', operator]);
    }
  };
  if (debtor) await open('driver', debtor.id, 'debt', 3, undefined);
  if (returned) await open('driver', returned.id, 'documents', 20, 30, 6);
  if (defect) await open('vehicle', defect.id, 'technical_defect', 2, 14);
}
