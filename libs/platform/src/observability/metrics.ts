import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus figures of this process. Rooms make their own with `counter`, `gauge`, `histogram`, named fleet_<room>_<what>_<unit>. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests: Histogram<'method' | 'route' | 'status'>;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.requests = this.histogram('fleet_http_request_seconds', 'Time to answer a request.', ['method', 'route', 'status'], [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10]);
  }

  counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  histogram<L extends string>(name: string, help: string, labelNames: L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}

/** One log line and one measurement per request, when it has been answered. */
export function requestLog(metrics: Metrics, log: { info(facts: object, words: string): void }) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    res.once('close', () => {
      const seconds = (performance.now() - startedMs) / 1000;
      const route = (req.route as { path?: string } | undefined)?.path ?? 'none';
      metrics.observeRequest(req.method, route, res.statusCode, seconds);
      if (route === '/healthz' || route === '/livez' || route === '/readyz' || route === '/metrics') return;
      const actor = (req as { user?: { id: string; accountId: string } }).user;
      log.info(
        { request_id: res.getHeader('x-request-id'), method: req.method, path: req.path, status: res.writableFinished ? res.statusCode : 499, ms: Math.round(seconds * 10_000) / 10, ...(actor ? { actor: actor.id, account: actor.accountId } : {}) },
        'request',
      );
    });
    next();
  };
}
