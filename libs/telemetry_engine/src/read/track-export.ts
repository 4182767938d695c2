import { once } from 'node:events';
import type { Response } from 'express';
import { sendTable, type Column } from '@fleet/platform/tables';
import { marks } from '../pipeline/reasons';
import { gapMs } from './history';
import type { MarkedReading } from './readings';

const csvColumns: Column<MarkedReading>[] = [
  { name: 'at', value: (r) => r.at },
  { name: 'received_at', value: (r) => r.received_at },
  ...(['lat', 'lon', 'speed_kmh', 'heading_deg', 'altitude_m', 'satellites', 'valid', 'ignition', 'fuel_rate_lph', 'fuel_level_l', 'fuel_level_pct', 'odometer_km', 'engine_hours', 'rpm'] as const).map(
    (name): Column<MarkedReading> => ({ name, value: (r) => r[name] }),
  ),
  ...(['engine_load_pct', 'coolant_c', 'voltage_v', 'inputs', 'outputs', 'driver_key'] as const).map((name): Column<MarkedReading> => ({ name, value: (r) => r[name] })),
  { name: 'dtcs', value: (r) => r.dtcs?.join(' ') },
  { name: 'extras', value: (r) => (r.extras ? JSON.stringify(r.extras) : undefined) },
  { name: 'marks', value: (r) => r.marks.join(' ') },
];

/** Columns that we add to what the device said. */
const ownWords = new Set(['received_at', 'marks']);

export const sendCsvTrack = (res: Response, name: string, pages: AsyncIterable<MarkedReading[]>): Promise<void> => sendTable(res, name, 'csv', csvColumns, pages);

/** GPX 1.1: trusted positions only, a segment for each stretch without a gap. */
export async function sendGpxTrack(res: Response, name: string, pages: AsyncIterable<MarkedReading[]>): Promise<void> {
  res.setHeader('content-disposition', `attachment; filename="${name}.gpx"`);
  res.type('application/gpx+xml');
  res.write(`<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Fleet ERP" xmlns="http://www.topografix.com/GPX/1/1">\n<trk><name>${name}</name>\n`);
  let before: Date | undefined;
  for await (const page of pages) {
    let text = '';
    for (const r of page) {
      if (r.lat === null || r.lon === null || r.valid === false || (r.flags & marks.jump) !== 0) continue;
      if (!before || r.at.getTime() - before.getTime() > gapMs) text += before ? '</trkseg>\n<trkseg>\n' : '<trkseg>\n';
      before = r.at;
      text += `<trkpt lat="${r.lat}" lon="${r.lon}">${r.altitude_m === null ? '' : `<ele>${r.altitude_m}</ele>`}<time>${r.at.toISOString()}</time></trkpt>\n`;
    }
    if (!res.write(text)) await once(res, 'drain');
  }
  res.end(`${before ? '</trkseg>\n' : ''}</trk>\n</gpx>\n`);
}

/** One sample a line, as the upload takes it: what was recorded can be played again. */
export async function sendNdjsonTrack(res: Response, name: string, vehicle_id: string, pages: AsyncIterable<MarkedReading[]>): Promise<void> {
  res.setHeader('content-disposition', `attachment; filename="${name}.ndjson"`);
  res.type('application/x-ndjson');
  for await (const page of pages) {
    const lines = page.map((reading) => {
      const said = csvColumns.flatMap(({ name: field }) => (ownWords.has(field) ? [] : [[field, reading[field as keyof MarkedReading]] as const])).filter(([, value]) => value !== null);
      return `${JSON.stringify({ vehicle_id, ...Object.fromEntries(said) })}\n`;
    });
    if (!res.write(lines.join(''))) await once(res, 'drain');
  }
  res.end();
}
