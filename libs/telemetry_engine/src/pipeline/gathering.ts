/**
 * Many who want to look something up are served by one look-up after the other. Whoever comes while one is under way shares the
 * next, which begins after they asked: thousands of devices that come at once must not each wait for a connection of their own.
 */
export class Gathering<K> {
  private next: { keys: Set<K>; done: Promise<void> } | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly load: (keys: K[]) => Promise<void>) {}

  want(keys: Iterable<K>): Promise<void> {
    const next = (this.next ??= this.begin());
    for (const key of keys) next.keys.add(key);
    return next.done;
  }

  private begin(): { keys: Set<K>; done: Promise<void> } {
    const keys = new Set<K>();
    // What other sockets have to say in this turn of the event loop comes along.
    const done = this.running.then(() => new Promise((resolve) => setImmediate(resolve))).then(() => {
      this.next = undefined;
      return this.load([...keys]);
    });
    this.running = done.catch(() => undefined);
    return { keys, done };
  }
}
