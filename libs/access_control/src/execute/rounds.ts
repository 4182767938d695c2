/** Does a piece of work again and again, one round after the other, until it is told to stop. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly pauseMs: () => number,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.over) return;
    this.timer = setTimeout(() => {
      this.round = this.work()
        .catch(this.failed)
        .finally(() => this.start());
    }, this.pauseMs()).unref();
  }

  async stop(): Promise<void> {
    this.over = true;
    clearTimeout(this.timer);
    await this.round;
  }
}
