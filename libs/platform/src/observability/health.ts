import { Controller, Get, Inject, Injectable, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { timingSafeEqual } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Request, Response } from 'express';
import { Public } from '../auth/permit';
import { CONFIG, type Config } from '../config';
import { Int, OneOf, Text } from '../http/fields';
import { Refusal } from '../http/refusal';
import { Returns, ReturnsRaw } from '../http/returns';
import { Metrics } from './metrics';

/** How far behind the house is. Rooms add what they wait for; the largest counts. */
@Injectable()
export class Lag {
  private readonly sources = new Map<string, () => Promise<number> | number>();
  private readonly loop = monitorEventLoopDelay({ resolution: 20 });
  private known = { at: 0, ms: 0 };

  constructor() {
    this.loop.enable();
  }

  add(name: string, lagMs: () => Promise<number> | number): void {
    this.sources.set(name, lagMs);
  }

  /** Asked by probes every few seconds, so remembered for one. */
  async ms(): Promise<number> {
    if (Date.now() - this.known.at < 1000) return this.known.ms;
    const loopMs = Math.max(0, this.loop.mean / 1e6 - 20);
    this.loop.reset();
    const lags = await Promise.all([...this.sources.values()].map(async (source) => source()).map((p) => p.catch(() => 0)));
    this.known = { at: Date.now(), ms: Math.round(Math.max(0, Number.isFinite(loopMs) ? loopMs : 0, ...lags)) };
    return this.known.ms;
  }
}

/** What must be true before traffic may come. Rooms add checks; a check throws or answers why not. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, () => Promise<string | undefined>>();
  private draining = false;

  add(name: string, check: () => Promise<string | undefined>): void {
    this.checks.set(name, check);
  }

  /** From now on this process takes no new traffic. */
  drain(): void {
    this.draining = true;
  }

  async faults(): Promise<Record<string, string>> {
    const faults: Record<string, string> = this.draining ? { shutdown: 'stopping' } : {};
    await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        const fault = await check().catch((error: Error) => error.message.split('\n')[0] ?? 'failed');
        if (fault) faults[name] = fault;
      }),
    );
    return faults;
  }
}

export class HealthView {
  @OneOf(['ok']) status: string;
  @Text({ example: '72h' }) uptime: string;
  @Int({ example: 120, about: 'How far behind the house is: events, samples, its own event loop.' }) lag_ms: number;
}

export class ReadyView {
  @OneOf(['ready']) status: string;
}


@ApiTags('operation')
@Controller()
export class HealthController {
  constructor(
    private readonly lag: Lag,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('healthz')
  @Public('probe')
  @Returns(HealthView)
  async healthz(): Promise<HealthView> {
    return { status: 'ok', uptime: `${Math.floor(process.uptime() / 3600)}h`, lag_ms: await this.lag.ms() };
  }

  @Get('livez')
  @Public('probe')
  @Returns(HealthView)
  async livez(): Promise<HealthView> {
    return this.healthz();
  }

  @Get('readyz')
  @Public('probe')
  @Returns(ReadyView)
  async readyz(): Promise<ReadyView> {
    const faults = await this.readiness.faults();
    if (Object.keys(faults).length > 0) throw new Refusal('unavailable', 'NOT_READY', 'Not ready for traffic.', { facts: faults });
    return { status: 'ready' };
  }

  @Get('metrics')
  @Public('loopback or METRICS_TOKEN only')
  @ReturnsRaw('text/plain')
  async prometheus(@Req() req: Request, @Res() res: Response): Promise<void> {
    if (!this.mayRead(req)) throw new Refusal('forbidden', 'METRICS_TOKEN_REQUIRED', 'Send METRICS_TOKEN as bearer token.');
    res.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }

  private mayRead(req: Request): boolean {
    const token = this.config.METRICS_TOKEN;
    if (!token) return /^(::1|127\.|::ffff:127\.)/.test(req.socket.remoteAddress ?? '') && !req.header('x-forwarded-for');
    const given = Buffer.from(req.header('authorization') ?? '');
    const expected = Buffer.from(`Bearer ${token}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}
