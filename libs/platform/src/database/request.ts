import type { PoolClient, Submittable } from 'pg';

interface Wire {
  stream: { cork(): void; uncork(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * Several statements as one request; each `copy … from stdin` among them takes the next of the buffers. All of it is sent without waiting for
 * PostgreSQL to ask for the rows: should a statement fail, it drops what still comes and undoes what the request did.
 */
class Request implements Submittable {
  private fault: Error | undefined;

  constructor(
    private readonly text: string,
    private readonly copies: readonly Buffer[],
    private readonly done: (error: Error | undefined) => void,
  ) {}

  submit(connection: unknown): void {
    const wire = connection as Wire;
    wire.stream.cork();
    wire.query(this.text);
    for (const copy of this.copies) {
      wire.sendCopyFromChunk(copy);
      wire.endCopyFrom();
    }
    wire.stream.uncork();
  }

  handleError(error: Error): void {
    this.fault ??= error;
    this.done(this.fault);
  }

  handleReadyForQuery(): void {
    this.done(this.fault);
  }

  // pg tells its query of everything that comes; the rows of such a request interest nobody.
  handleCopyInResponse(): void {}
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
}

export function request(client: PoolClient, text: string, copies: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(
      new Request(text, copies, (error) => {
        if (!error) return resolve();
        // Else it leads to the socket that the answer came from.
        Error.captureStackTrace(error);
        reject(error);
      }),
    );
  });
}
