/** What the server answers when it refuses (RFC 9457), and what we make of a network that does not answer. */
export interface FieldFault {
  field: string;
  code: string;
  detail: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly requestId: string | undefined = undefined,
    readonly errors: readonly FieldFault[] = [],
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }

  /** Worth another try without anybody doing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const isFault = (value: unknown): value is FieldFault => {
  const fault = value as Partial<FieldFault> | null;
  return typeof fault?.field === 'string' && typeof fault.code === 'string' && typeof fault.detail === 'string';
};

/** A proxy in between may answer in HTML or not at all: every answer becomes a problem with a code. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown> | null;
  const errors = Array.isArray(body?.['errors']) ? body['errors'].filter(isFault) : [];
  const facts = typeof body?.['facts'] === 'object' && body['facts'] !== null ? (body['facts'] as Record<string, unknown>) : {};
  return new Problem(
    response.status,
    text(body?.['code']) ?? `HTTP_${response.status}`,
    text(body?.['detail']) ?? text(response.statusText) ?? `The server answered ${response.status}.`,
    text(body?.['request_id']) ?? text(response.headers.get('x-request-id')),
    errors,
    facts,
  );
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, error instanceof TypeError ? 'OFFLINE' : 'UNEXPECTED', error instanceof Error ? error.message : String(error));
