import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';
import { trace } from '@opentelemetry/api';
import { currentRequestId } from '../http/request-context';

export type { Logger };

/** JSON lines on stdout. Every line made during a request carries its id; secrets never reach a line. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['password', '*.password', 'authorization', '*.authorization', 'refresh_token', '*.refresh_token', 'client_secret', '*.client_secret', 'totp', '*.totp'], censor: '[hidden]' },
      mixin: () => {
        const requestId = currentRequestId();
        const span = trace.getActiveSpan()?.spanContext();
        return { ...(requestId ? { request_id: requestId } : {}), ...(span ? { trace_id: span.traceId } : {}) };
      },
    },
    pino.destination({ fd: 1, sync: false, minLength: 0 }),
  );
}

/** For the one line per request, which names its id itself and holds no secret: no mixin and no redaction to pay for. */
export function createRequestLogger(level: string): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label: string) => ({ level: label }) } };
  return pino(options, pino.destination({ fd: 1, sync: false, minLength: 0 }));
}

/** Nest's logger over pino: `logger.warn({ facts }, 'words')` and `logger.warn('words')` both work. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);

  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.length > 0 && typeof rest.at(-1) === 'string' ? (rest.pop() as string) : undefined;
    // Nest's own start-up chatter is of interest to nobody who runs a fleet.
    const quiet = level === 'info' && context !== undefined && ['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory'].includes(context);
    const words = typeof message === 'string' ? message : typeof rest[0] === 'string' ? rest[0] : undefined;
    const facts = message instanceof Error ? { err: message } : typeof message === 'object' ? message : {};
    this.pino[quiet ? 'debug' : level]({ ...(context ? { room: context } : {}), ...facts }, words);
  }
}
