import type { Action, ActionOf, Kind, PhotoRef, Step } from './types';

const driver = '/api/v1/driver_module/me';
const events = '/api/v1/event_log/my';
const fuel = '/api/v1/fuel_log/my';

const photoStep = (photo: PhotoRef): string => `photo.${photo.id}`;
const main = 'main';

/** The next request of an action; undefined when nothing is left to send. Pure: what was sent stands in `answers`. */
export function nextStep(action: Action): Step | undefined {
  return (makers[action.kind] as (a: Action) => Step | undefined)(action);
}

type Makers = { [K in Kind]: (action: ActionOf<K>) => Step | undefined };

const makers: Makers = {
  check_in: (a) => {
    const { shift_id, planned, vehicle_id, plate } = a.draft;
    const which = planned ? {} : vehicle_id ? { vehicle_id } : { plate };
    return filesFirst(a) ?? mainOnce(a, `${driver}/shift/check_in`, { id: shift_id, ...which, at: a.at, ...handover(a) });
  },
  check_out: (a) => filesFirst(a) ?? mainOnce(a, `${driver}/shift/check_out`, { id: a.id, shift_id: a.draft.shift_id, at: a.at, ...handover(a) }),
  document: (a) => filesFirst(a) ?? mainOnce(a, `${driver}/documents`, { id: a.id, ...a.draft, file_ids: fileIds(a) }),
  status: (a) => mainOnce(a, `${driver}/reports`, { id: a.id, at: a.at, ...a.draft }),
  incident: (a) => {
    const { kind, text, lat, lon, drivable } = a.draft;
    const place = lat === undefined ? {} : { lat, lon };
    const details = drivable === undefined ? {} : { details: { drivable } };
    return mainOnce(a, `${events}/events`, { id: a.id, type: 'incident', kind, at: a.at, text, ...place, ...details }) ?? evidence(a, `${events}/events/${a.answers[main]}/evidence`);
  },
  dispute: (a) => mainOnce(a, `${events}/fines/${a.draft.fine_id}/dispute`, { id: a.id, text: a.draft.text }) ?? evidence(a, `${events}/events/${a.draft.fine_id}/evidence`),
  fill_up: (a) => {
    const { note, typed } = a.draft;
    const receipt = upload(a, `${fuel}/receipts`, { taken_at: a.at, ...(note ? { note } : {}) });
    if (receipt || !typed) return receipt;
    return mainOnce(a, `${fuel}/fill_ups`, {
      id: a.id,
      fuel_date: a.at,
      fuel_type: typed.fuel_type,
      fuel_quantity: typed.quantity,
      unit_of_measure: typed.unit,
      odometer_reading: typed.odometer,
      distance_unit: typed.distance_unit,
      is_full_tank: typed.full,
      currency: typed.currency,
      ...(typed.total_minor === undefined ? {} : { total_cost_minor: typed.total_minor }),
      ...(note ? { notes: note } : {}),
      ...(typed.confirm ? { confirm: true } : {}),
      receipt_ids: fileIds(a),
    });
  },
};

const keyOf = (action: Action, step: string): string => `${action.id}.${step}`;
/** An edited request is another one: under its old key a server that had taken it would refuse it. */
const mainKey = (action: Action): string => keyOf(action, action.revision === 0 ? main : `${main}.${action.revision}`);

function mainOnce(action: Action, path: string, body: object): Step | undefined {
  return action.answers[main] ? undefined : { name: main, key: mainKey(action), path, body };
}

function upload(action: Action, path: string, fields?: Record<string, string>): Step | undefined {
  const photo = action.photos.find((p) => !action.answers[photoStep(p)]);
  return photo && { name: photoStep(photo), key: keyOf(action, photoStep(photo)), path, photo, ...(fields ? { fields } : {}) };
}

const filesFirst = (action: Action): Step | undefined => upload(action, `${driver}/files`);
const evidence = (action: Action, path: string): Step | undefined => upload(action, path);
const fileIds = (action: Action): string[] => action.photos.map((p) => action.answers[photoStep(p)] ?? '').filter(Boolean);

function handover({ draft, ...action }: ActionOf<'check_in'> | ActionOf<'check_out'>): object {
  const { odometer_km, fuel_level_pct, damage_notes } = draft;
  const said = { odometer_km, fuel_level_pct, damage_notes: damage_notes || undefined };
  return { ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)), photo_file_ids: fileIds({ ...action, draft } as Action) };
}
