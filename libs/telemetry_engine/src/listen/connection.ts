import type { Socket } from 'node:net';
import { Refusal } from '@fleet/platform/http';
import type { KnownDevice } from '../sample';
import { Answers, type Slot } from './answers';
import type { Link, LinkView } from './device-links';
import type { ListenLimits } from './limits';
import type { Wiring } from './wiring';
import { WrongPassword, type DropReason, type Protocol, type Session, type Work } from './session';

type Login = Extract<Work, { do: 'login' }>;
type Store = Extract<Work, { do: 'store' }>;
type Fault = Extract<Work, { do: 'fault' }>;

/** Noise a peer may make before it said who it is. */
const strangersNoise = 2;
/** How long a peer may take to fetch the last answer. */
const farewellMs = 2_000;

/** Nothing can be stored at all just now: asking again, message by message, would only add to it. */
const isAway = (error: Error): boolean => error instanceof Refusal && error.kind === 'unavailable';

/**
 * One socket and its session. Work is begun in order and answered in order; an answer waits until the samples are
 * stored, and reading waits while too many of them are not.
 */
export class Connection implements Link {
  private readonly session: Session;
  private readonly answers: Answers;
  private queue: Work[] = [];
  private device: KnownDevice | undefined;
  private readonly sinceMs: number;
  private loginId: string | undefined;
  private linkView: LinkView | undefined;
  // Deadlines go by the monotonic clock: a corrected wall clock must not end every connection at once.
  private readonly openedMs = performance.now();
  private heardMs = this.openedMs;
  private unresolved = 0;
  private noise = 0;
  private loggingIn = false;
  private trusted = false;
  private closing = false;
  private peerEnded = false;
  private closeAtMs = Infinity;

  constructor(
    private readonly socket: Socket,
    private readonly protocol: Protocol,
    private readonly wiring: Wiring,
    private readonly limits: ListenLimits,
    readonly remoteAddress: string,
  ) {
    this.session = protocol.open();
    this.answers = new Answers(socket);
    this.sinceMs = this.now();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('end', () => {
      this.peerEnded = true;
      this.settled();
    });
    // 'close' follows and does the rest.
    socket.on('error', () => undefined);
  }

  get view(): LinkView {
    return this.linkView as LinkView;
  }

  /** A command to the device. Answers to its packets keep their own order; a command may overtake them. */
  send(text: string): boolean {
    const bytes = this.protocol.commands?.encode(text);
    if (!bytes || this.closing || this.peerEnded || !this.socket.writable) return false;
    this.socket.write(bytes);
    return true;
  }

  replaced(): void {
    this.drop('replaced');
  }

  severed(): void {
    if (!this.closing) this.wiring.metrics.drop('severed');
    this.closing = true;
    // A reset, not a farewell: the kernel forgets what it has not delivered.
    this.socket.resetAndDestroy();
  }

  /** Takes nothing new, answers what is under way, and goes. */
  stop(): void {
    this.close(this.limits.drainMs);
  }

  /** Called every second or so by the monotonic clock: what has lasted too long ends here, without a timer for each socket. */
  sweep(nowMs: number): void {
    if (nowMs >= this.closeAtMs) this.socket.destroy();
    else if (this.closing) return;
    else if (!this.trusted && nowMs - this.openedMs > this.limits.handshakeMs) this.drop('handshake_timeout');
    else if (nowMs - this.heardMs > this.limits.idleMs) this.drop('idle');
  }

  closed(): void {
    this.closing = true;
    this.queue = [];
    if (this.linkView) this.wiring.links.detach(this);
  }

  private now(): number {
    return this.wiring.clock.now().getTime();
  }

  private hear(chunk: Buffer): void {
    if (this.closing) return;
    const nowMs = this.now();
    const works = this.session.read(chunk, nowMs);
    // Only whole frames count as a sign of life: bytes that drip in do not keep a connection open.
    if (works.length > 0) {
      this.heardMs = performance.now();
      if (this.linkView) this.linkView.last_heard_ms = nowMs;
    }
    for (const work of works) this.queue.push(work);
    this.advance();
  }

  private advance(): void {
    let begun = 0;
    while (!this.closing && !this.loggingIn && this.unresolved < this.limits.unresolvedSamples && begun < this.queue.length) begun += this.begin(begun);
    this.queue = begun === this.queue.length ? [] : this.queue.slice(begun);
    this.regulate();
    this.settled();
  }

  /** The peer waits in its own buffers while we have enough of it in ours. */
  private regulate(): void {
    if (this.closing) return;
    const full = this.queue.length > 0 || this.loggingIn || this.unresolved >= this.limits.unresolvedSamples;
    if (full) this.socket.pause();
    else if (this.socket.isPaused() && this.unresolved <= this.limits.unresolvedSamples / 2) this.socket.resume();
  }

  /** Begins what stands there in the queue; messages that came in one piece are stored together. Answers how much of it. */
  private begin(at: number): number {
    const work = this.queue[at] as Work;
    if (work.do === 'store') {
      const together = this.storesFrom(at);
      this.store(together);
      return together.length;
    }
    if (work.do === 'login') this.login(work);
    else if (work.do === 'reply') this.answer(this.answers.open(), work.bytes);
    else if (work.do === 'fault') this.fault(work);
    else if (this.linkView) this.wiring.links.answered(this, work.text);
    return 1;
  }

  private storesFrom(at: number): Store[] {
    const stores: Store[] = [];
    let samples = this.unresolved;
    for (let i = at; i < this.queue.length && samples < this.limits.unresolvedSamples; i += 1) {
      const work = this.queue[i] as Work;
      if (work.do !== 'store') break;
      stores.push(work);
      samples += work.samples.length;
    }
    return stores;
  }

  private login(work: Login): void {
    if (this.loginId !== undefined && this.loginId !== work.deviceId) return this.drop('second_identity');
    this.loggingIn = true;
    const slot = this.answers.open();
    const { gate } = this.wiring;
    Promise.resolve()
      .then(() => gate.admit(work.deviceId, work.password, this.protocol.name))
      .then(
        (device) => this.loggedIn(work, slot, device),
        (error: Error) => {
          if (error instanceof WrongPassword) return this.refuse(slot, work.wrongPassword, 'wrong_password');
          this.wiring.log.warn({ err: error }, 'cannot ask who a device is');
          this.drop('gate_failed');
        },
      );
  }

  private loggedIn(work: Login, slot: Slot, device: KnownDevice | undefined): void {
    this.loggingIn = false;
    if (this.closing) return this.leave();
    if (!device) return this.refuse(slot, work.refused, 'refused');
    this.device = device;
    this.loginId = work.deviceId;
    this.trusted = true;
    if (!this.linkView) {
      const { device_id, account_id } = device;
      const { name: protocol, commands } = this.protocol;
      this.linkView = { device_id, account_id, protocol, since_ms: this.sinceMs, last_heard_ms: this.now(), remote_address: this.remoteAddress, commands: commands?.form };
      this.wiring.links.attach(this);
    }
    this.answer(slot, work.admitted);
    this.advance();
  }

  private refuse(slot: Slot, answer: Buffer, reason: DropReason): void {
    if (this.closing) return;
    this.wiring.metrics.drop(reason);
    this.close(farewellMs);
    this.answer(slot, answer);
  }

  private store(works: readonly Store[]): void {
    if (!this.device && !this.protocol.manyDevices) return this.drop('not_logged_in');
    this.trusted = true;
    this.noise = 0;
    const [first] = works as [Store];
    const slots = works.map(() => this.answers.open());
    const samples = works.length === 1 ? first.samples : works.flatMap((work) => work.samples);
    this.unresolved += samples.length;
    this.submit(samples).then(
      () => {
        this.unresolved -= samples.length;
        this.answerAll(slots, works);
        this.advance();
      },
      (error: Error) => {
        if (works.length > 1 && !isAway(error)) return void this.storeApart(works, slots);
        this.unresolved -= samples.length;
        this.wiring.log.debug({ err: error }, 'samples were not stored, the device will repeat them');
        this.notStored(slots[0] as Slot);
      },
    );
  }

  /** A message that cannot be stored must not keep those before it from their answer. */
  private async storeApart(works: readonly Store[], slots: readonly Slot[]): Promise<void> {
    for (const [i, work] of works.entries()) {
      const fault = await this.submit(work.samples).then(
        () => undefined,
        (error: Error) => error,
      );
      if (fault) {
        for (const rest of works.slice(i)) this.unresolved -= rest.samples.length;
        this.wiring.log.debug({ err: fault }, 'samples were not stored, the device will repeat them');
        return this.notStored(slots[i] as Slot);
      }
      this.unresolved -= work.samples.length;
      this.answer(slots[i] as Slot, work.answer);
    }
    this.advance();
  }

  private submit(samples: Store['samples']): Promise<unknown> {
    return this.wiring.submit(this.protocol.name, this.device, samples);
  }

  /** No answer, now and for what came after: the device connects again and repeats. */
  private notStored(slot: Slot): void {
    this.answers.fail(slot);
    if (!this.closing) this.wiring.metrics.drop('not_stored');
    this.close(this.limits.notStoredMs);
  }

  private fault(work: Fault): void {
    const { metrics, log } = this.wiring;
    const { reason, raw } = work;
    metrics.fault(this.protocol.name, reason);
    log.debug({ reason, device_id: this.device?.device_id, ...(work.secret ? {} : { raw: raw.subarray(0, 64).toString('hex') }) }, 'unreadable frame');
    const stranger = !this.device && !this.protocol.manyDevices;
    if (stranger && work.reply && !work.secret) return this.drop('not_logged_in');
    if (work.noise && ++this.noise > (stranger ? strangersNoise : this.limits.noise)) return this.drop('garbage');
    const kept = this.keep(work);
    const keptAnswer = kept && work.kept;
    if (keptAnswer) return this.answerWhenKept(kept, keptAnswer);
    kept?.catch((error: Error) => log.warn({ err: error }, 'unreadable bytes were not kept'));
    if (work.reply) this.answer(this.answers.open(), work.reply);
    if (!work.drop) return;
    metrics.drop(work.drop);
    this.close(farewellMs);
  }

  /** Bytes of a device nobody registered are not ours to keep: they are counted, as its samples are. */
  private keep({ reason, raw, secret, deviceId }: Fault): Promise<void> | undefined {
    const { faultSink } = this.wiring;
    const { name, manyDevices } = this.protocol;
    if (!faultSink || secret) return undefined;
    if (this.device) return faultSink.keep(this.device, name, reason, raw);
    if (!manyDevices) return undefined;
    const device = deviceId === undefined ? Promise.resolve(undefined) : this.wiring.admitById(deviceId, name);
    return device.then((known) => known && faultSink.keep(known, name, reason, raw));
  }

  private answerWhenKept(kept: Promise<void>, bytes: Buffer): void {
    const slot = this.answers.open();
    this.unresolved += 1;
    kept.then(
      () => {
        this.unresolved -= 1;
        this.answer(slot, bytes);
        this.advance();
      },
      () => {
        this.unresolved -= 1;
        this.notStored(slot);
      },
    );
  }

  private answerAll(slots: readonly Slot[], works: readonly Store[]): void {
    for (const [i, slot] of slots.entries()) slot.bytes = (works[i] as Store).answer;
    this.answered();
  }

  private answer(slot: Slot, bytes: Buffer): void {
    slot.bytes = bytes;
    this.answered();
  }

  private answered(): void {
    this.answers.release();
    if (this.answers.unread > this.limits.unreadAnswerBytes) this.drop('slow_reader');
    else this.settled();
  }

  /** Ends the connection politely once nothing is owed. */
  private settled(): void {
    const done = this.queue.length === 0 && !this.loggingIn && this.answers.owed === 0;
    if ((this.closing && this.answers.owed === 0 && !this.answers.failed) || (this.peerEnded && done)) this.leave();
  }

  /** Reads on without listening: bytes left unread would turn the farewell into a reset that swallows the last answer. */
  private leave(): void {
    this.answers.flush();
    this.socket.end();
    this.socket.resume();
  }

  private close(withinMs: number): void {
    this.closeAtMs = Math.min(this.closeAtMs, performance.now() + withinMs);
    if (this.closing) return;
    this.closing = true;
    this.queue = [];
    this.socket.pause();
    this.settled();
  }

  private drop(reason: DropReason): void {
    if (!this.closing) this.wiring.metrics.drop(reason);
    this.closing = true;
    this.socket.destroy();
  }
}
