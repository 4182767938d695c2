import type { Dice } from '@fleet/platform/random';

/** What may go wrong, each a chance from 0 to 1. */
export const faultNames = {
  duplicate: 'a delivery is sent a second time',
  reorder: 'a sample is held back behind later ones',
  offline: 'the device goes out of reach for one to three intervals and sends its black box then',
  garbage: 'bytes that make no sense come before a delivery',
  drop: 'the connection breaks after sending and before the answer',
  slow: 'share of devices that send and read slowly',
  skew: 'share of devices whose clock is up to five minutes wrong',
  no_answer: 'a command is obeyed and not answered',
  late_answer: 'a command is obeyed and answered 20 s later',
  drop_command: 'the connection breaks after a command was received; it is not obeyed',
} as const;

export type FaultName = keyof typeof faultNames;
export type Faults = Partial<Record<FaultName, number>>;

/** `duplicate=0.02,offline=0.01`; every fault alone or `all=0.02` for each of them. */
export function readFaults(text: string): Faults {
  const faults: Faults = {};
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [name = '', value = ''] = part.split('=');
    const chance = Number(value);
    const known = name === 'all' || Object.hasOwn(faultNames, name);
    if (!known || value === '' || !(chance >= 0 && chance <= 1)) throw new RangeError(`"${part}" is no fault. Write name=chance with a chance from 0 to 1; there are: all, ${Object.keys(faultNames).join(', ')}.`);
    for (const each of name === 'all' ? (Object.keys(faultNames) as FaultName[]) : [name as FaultName]) faults[each] = chance;
  }
  return faults;
}

/** One device's share of them, from a dice of its own: what goes wrong does not change where it drives. */
export class Trouble {
  readonly slow: boolean;
  readonly skewMs: number;

  constructor(
    private readonly faults: Faults,
    private readonly dice: Dice,
  ) {
    this.slow = this.happens('slow');
    this.skewMs = this.happens('skew') ? dice.between(-300, 300) * 1000 : 0;
  }

  happens(name: FaultName): boolean {
    const chance = this.faults[name];
    return chance !== undefined && this.dice.next() < chance;
  }

  between(low: number, high: number): number {
    return this.dice.between(low, high);
  }
}
