import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { currentRequestId } from './request-context';
import { Refusal, type RefusalKind } from './refusal';

const statusOf: Record<RefusalKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  too_large: 413,
  unsupported: 415,
  rule: 422,
  throttled: 429,
  unavailable: 503,
};

interface Problem {
  status: number;
  code: string;
  detail: string;
  facts?: Record<string, unknown> | undefined;
  errors?: unknown;
  headers?: Record<string, string> | undefined;
}

/** What body-parser and Express themselves refuse, by the `type` or status they attach. */
const parserProblems: Record<string, Problem> = {
  'entity.too.large': { status: 413, code: 'BODY_TOO_LARGE', detail: 'The body is larger than this route takes.' },
  'entity.parse.failed': { status: 400, code: 'MALFORMED_JSON', detail: 'The body is not valid JSON.' },
  'encoding.unsupported': { status: 415, code: 'UNSUPPORTED_ENCODING', detail: 'The content encoding is not supported; send identity, gzip or deflate.' },
  'charset.unsupported': { status: 415, code: 'UNSUPPORTED_CHARSET', detail: 'The character set is not supported; send UTF-8.' },
  'request.aborted': { status: 400, code: 'REQUEST_ABORTED', detail: 'The request ended before its body was complete.' },
  'request.size.invalid': { status: 400, code: 'BODY_LENGTH_MISMATCH', detail: 'The body is not as long as Content-Length says.' },
  'stream.not.readable': { status: 400, code: 'REQUEST_ABORTED', detail: 'The request ended before its body was complete.' },
};

/** PostgreSQL keeps every character but NUL, in texts and in JSON. */
const unusableText = new Set(['22021', '22P05']);

const databaseAway = /^(08|57P0|53)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;

/** Turns every failure into RFC 9457 problem+json. Stacks and database texts stay in the log, found by the request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const res = host.switchToHttp().getResponse<Response>();
    const req = host.switchToHttp().getRequest<Request>();
    const problem = this.problemOf(error);
    if (problem.status >= 500) this.log.error({ err: error, method: req.method, path: req.path }, problem.code);
    if (res.headersSent) {
      res.destroy(error instanceof Error ? error : undefined);
      return;
    }
    for (const [name, value] of Object.entries(problem.headers ?? {})) res.setHeader(name, value);
    if (problem.status === 401 && !res.hasHeader('www-authenticate')) res.setHeader('www-authenticate', 'Bearer error="invalid_token"');
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(body(problem, req)));
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof Refusal) {
      return { status: statusOf[error.kind], code: error.code, detail: error.detail, facts: error.facts, errors: error.errors, headers: error.headers };
    }
    const typed = error as { type?: string; status?: number; code?: string; driverError?: { code?: string } };
    // Nest wraps what Express and its parsers threw.
    const thrown = error instanceof HttpException ? (error.cause as typeof typed | undefined) : typed;
    const known = thrown?.type ? parserProblems[thrown.type] : undefined;
    if (known) return known;
    if (thrown instanceof URIError) return { status: 400, code: 'MALFORMED_PATH', detail: 'The address holds a broken percent escape.' };
    if (error instanceof HttpException) return fromHttpException(error);
    const code = typed.driverError?.code ?? typed.code ?? '';
    if (databaseAway.test(code) || /timeout exceeded when trying to connect|Connection terminated/.test(String((error as Error)?.message))) {
      return { status: 503, code: 'DATABASE_UNAVAILABLE', detail: 'The database does not answer just now. Try again shortly.', headers: { 'retry-after': '2' } };
    }
    if (unusableText.has(code)) return { status: 400, code: 'UNUSABLE_TEXT', detail: 'A text holds a character that cannot be kept, such as NUL.' };
    if (code === '57014') return { status: 503, code: 'TOO_SLOW', detail: 'The question took too long. Narrow it and try again.' };
    return { status: 500, code: 'INTERNAL', detail: 'Something went wrong on our side. The log has it under this request id.' };
  }
}

function fromHttpException(error: HttpException): Problem {
  const status = error.getStatus();
  const codes: Record<number, [string, string]> = {
    400: ['BAD_REQUEST', error.message],
    401: ['UNAUTHENTICATED', 'Sign in first: the token is missing, expired or not ours.'],
    403: ['FORBIDDEN', 'You may not do this.'],
    404: ['NO_SUCH_ROUTE', 'There is nothing at this address.'],
    413: ['BODY_TOO_LARGE', 'The upload is larger than this route takes.'],
    415: ['UNSUPPORTED_MEDIA_TYPE', error.message],
  };
  const [code, detail] = codes[status] ?? [status >= 500 ? 'INTERNAL' : 'REFUSED', status >= 500 ? 'Something went wrong on our side. The log has it under this request id.' : error.message];
  return { status, code, detail };
}

function body(problem: Problem, req: Request): Record<string, unknown> {
  return {
    type: `urn:fleet:problem:${problem.code}`,
    title: problem.code.toLowerCase().replaceAll('_', ' '),
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    instance: req.path,
    request_id: currentRequestId(),
    ...(problem.errors ? { errors: problem.errors } : {}),
    ...(problem.facts ? { facts: problem.facts } : {}),
  };
}
