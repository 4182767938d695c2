import { positionWords, readAnswer, type Reading } from './answers';
import type { CommandKind, MethodName } from './words';

export const dialectNames = ['umka', 'vega', 'custom'] as const;
export type DialectName = (typeof dialectNames)[number];

/** How one method reaches one vehicle; which fields count depends on the method. */
export interface Route {
  method: MethodName;
  dialect?: DialectName;
  cut_text?: string;
  release_text?: string;
  unit_id?: number;
  imei?: string;
}

/** What is missing in a route, or nothing. */
export function routeFault(route: Route): string | undefined {
  if (route.method === 'ips_text') {
    if (!route.dialect) return 'ips_text needs a dialect: umka, vega, or custom with its two texts.';
    if (route.dialect === 'custom' && (!route.cut_text || !route.release_text)) return 'The dialect custom needs cut_text and release_text.';
    if (route.dialect === 'custom' && route.cut_text === route.release_text) return 'What cuts and what releases cannot be the same.';
  }
  if (route.method === 'vialon_relay' && !route.unit_id) return 'vialon_relay needs the unit_id there.';
  if (route.method === 'tracksolid' && !route.imei) return 'tracksolid needs the imei there.';
  return undefined;
}

/** The words for a device on a socket of ours. */
export function textFor(route: Route, outputNo: number, kind: CommandKind): string {
  const on = kind === 'immobilize';
  // The device checks the speed once more and, above it, keeps the command; a release follows that answer at once.
  if (route.method === 'teltonika_gprs') return `setdigout ${'?'.repeat(outputNo - 1)}${on ? '1' : '0'}${on ? ` ${'? '.repeat(2 * outputNo - 1)}5` : ''}`;
  if (route.dialect === 'umka') return `OUTPUT${outputNo - 1}=${on ? 1 : 0}`;
  if (route.dialect === 'vega') return `#setout${outputNo}=${on ? 1 : 0}#`;
  return (on ? route.cut_text : route.release_text) ?? '';
}

export function readingOf(route: Route, outputNo: number, kind: CommandKind, text: string, nothingElseOpen: boolean): Reading {
  const ours = new RegExp(`DOUT${outputNo}:`);
  const positions = route.method === 'teltonika_gprs' && ours.test(text) ? { on: new RegExp(`DOUT${outputNo}:ON`, 'i'), off: new RegExp(`DOUT${outputNo}:OFF`, 'i') } : positionWords;
  return readAnswer(text, kind, positions, nothingElseOpen);
}
