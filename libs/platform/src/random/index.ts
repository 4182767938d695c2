export { timeOrderedId } from './time-ordered-id';

/** A small seeded generator (mulberry32): the demo is the same on every machine. */
export class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  letters(count: number, alphabet: string): string {
    return Array.from({ length: count }, () => alphabet[this.between(0, alphabet.length - 1)]).join('');
  }
}
