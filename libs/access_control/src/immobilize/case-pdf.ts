import { createRequire } from 'node:module';
import { sep } from 'node:path';
import type { CaseFileView } from './case-file.dto';

/** As much of pdfmake as is used; the package comes without types. */
interface PdfMake {
  setFonts(fonts: object): void;
  setUrlAccessPolicy(allowed: (url: string) => boolean): void;
  setLocalAccessPolicy(allowed: (path: string) => boolean): void;
  createPdf(document: object): { getBuffer(): Promise<Buffer> };
}

interface Case {
  issued_at: string;
  account_id: string;
  vehicle: { id: string; plate: string };
  command: Record<string, unknown> & { attempts: Record<string, unknown>[]; timeline: Record<string, unknown>[]; facts: Record<string, unknown> | null };
}

const load = createRequire(__filename);
let made: PdfMake | undefined;

/** Loaded when somebody first wants one: few servers ever print a case. */
function pdfmake(): PdfMake {
  if (made) return made;
  const found = load('pdfmake') as PdfMake;
  found.setFonts(load('pdfmake/fonts/Roboto.js') as object);
  // Content is data: it may name no picture of the net or of this machine.
  found.setUrlAccessPolicy(() => false);
  found.setLocalAccessPolicy((path) => path.includes(`${sep}pdfmake${sep}fonts${sep}`));
  return (made = found);
}

const shown = (value: unknown): string => (value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));
const rows = (values: Record<string, unknown>): string[][] => Object.entries(values).map(([name, value]) => [name.replaceAll('_', ' '), shown(value)]);
const table = (head: string[], body: string[][], widths: (string | number)[]) => ({ table: { headerRows: 1, widths, body: [head.map((text) => ({ text, bold: true })), ...body] }, layout: 'lightHorizontalLines', fontSize: 8, margin: [0, 4, 0, 12] });

/** The case on paper. What is signed is the text; the paper names its signature. */
export function casePdf({ case_file, signature, public_key }: CaseFileView): Promise<Buffer> {
  const { issued_at, account_id, vehicle, command } = case_file as unknown as Case;
  const { attempts, timeline, facts, ...summary } = command;
  const document = {
    info: { title: `Case file ${String(summary.job_id)}` },
    pageMargins: [40, 48, 40, 48],
    defaultStyle: { font: 'Roboto', fontSize: 9 },
    footer: (page: number, pages: number) => ({ text: `Case ${String(summary.job_id)}, page ${page} of ${pages}`, alignment: 'center', fontSize: 7 }),
    content: [
      { text: `Remote ${String(summary.kind)}: case file`, fontSize: 16, bold: true },
      { text: `Vehicle ${vehicle.plate} (${vehicle.id}), account ${account_id}, issued ${issued_at}. Times are UTC.`, margin: [0, 4, 0, 12] },
      { text: 'Command', bold: true },
      table(['Field', 'Value'], rows(summary), [110, '*']),
      { text: 'What was known when it was asked for', bold: true },
      table(['Fact', 'Value'], rows(facts ?? {}), [110, '*']),
      { text: 'Attempts', bold: true },
      table(['No', 'Begun', 'Ended', 'Sent', 'Outcome', 'Answer'], attempts.map((a) => [a.no, a.begun_at, a.ended_at, a.sent, [a.outcome, a.code].filter(Boolean).join(' '), a.answer].map(shown)), [18, 92, 92, 90, 70, '*']),
      { text: 'Every step', bold: true },
      table(['At', 'What', 'State', 'By', 'Facts'], timeline.map((t) => [t.at, t.what, `${shown(t.from_state)} → ${shown(t.to_state)}`, `${shown(t.actor_kind)} ${shown(t.actor_id)}`, t.data].map(shown)), [92, 70, 80, 90, '*']),
      { text: 'Signature (Ed25519, over the JSON case file)', bold: true },
      { text: signature, fontSize: 7 },
      { text: public_key, fontSize: 7, margin: [0, 6, 0, 0] },
    ],
  };
  return pdfmake().createPdf(document).getBuffer();
}
