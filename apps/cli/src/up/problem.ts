/** A failure a stranger can act on: what is wrong in one sentence, and what to do about it. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Problem';
  }
}

/** Thrown inside a start that the user has meanwhile asked to end. */
export class Interrupted extends Error {}

export const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** The text for the screen. The stack is only of use to somebody who asked for it. */
export function explain(error: unknown, debug: boolean): string {
  const problem =
    error instanceof Problem ? error : new Problem(describe(error), 'Set FLEET_DEBUG=1 and start again to see where this comes from.');
  const lines = ['', `Fleet ERP stopped: ${problem.message}`, ...problem.advice.split('\n').map((line) => `  ${line}`)];
  if (debug && error instanceof Error) {
    lines.push('', error.stack ?? '');
    if (error.cause instanceof Error) lines.push(`caused by ${error.cause.stack}`);
  }
  return lines.join('\n');
}
