/** What a command wants of the outputs. */
interface Switch {
  /** Output 1 is bit 0: the relay. */
  bit: number;
  on: boolean;
  /** The device itself waits until it is slower than this. */
  belowKmh?: number;
}

export type Order = { kind: 'switch'; all: Switch[] } | { kind: 'status' } | { kind: 'version' } | { kind: 'unknown' };

const one = (bit: number, on: boolean): Order => ({ kind: 'switch', all: [{ bit, on }] });

/** The dialects of several makers: what to switch, or what to tell. */
export function readOrder(text: string): Order {
  const said = text.trim();
  const [, vega, vegaOn] = /^#setout(\d)=([01])#?$/i.exec(said) ?? [];
  if (vega) return one(Number(vega) - 1, vegaOn === '1');
  const [, output, outputOn] = /^OUTPUT(\d)=([01])$/i.exec(said) ?? [];
  if (output) return one(Number(output), outputOn === '1');
  const [, line, lineOn] = /^L(\d)=([01])$/i.exec(said) ?? [];
  if (line) return one(Number(line) - 1, lineOn === '1');
  if (/^#?can_stopengine#?$/i.test(said)) return one(0, true);
  if (/^#?can_startengine#?$/i.test(said)) return one(0, false);
  if (/^setdigout\b/i.test(said)) return digitalOutputs(said.split(/\s+/).slice(1));
  if (/^(VER\?|#?getver#?|#?version#?)$/i.test(said)) return { kind: 'version' };
  if (/^#?(getinfo|getstatus|getio|status)#?$/i.test(said)) return { kind: 'status' };
  return { kind: 'unknown' };
}

/** `setdigout 1? 10 0 5 0`: states, times, speeds; `?` leaves an output as it is. Times are not played. */
function digitalOutputs([states = '', ...rest]: string[]): Order {
  if (!/^[01?]{1,4}$/.test(states)) return { kind: 'unknown' };
  const speeds = rest.slice(states.length).map(Number);
  const all = [...states].flatMap((state, bit): Switch[] => {
    if (state === '?') return [];
    const belowKmh = speeds[bit];
    return [{ bit, on: state === '1', ...(belowKmh !== undefined && belowKmh > 0 ? { belowKmh } : {}) }];
  });
  return { kind: 'switch', all };
}
