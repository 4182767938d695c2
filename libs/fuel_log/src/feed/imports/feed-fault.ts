/** Why a feed or a file of it could not be read, in words for the person who looks after it. */
export class FeedFault extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
    this.name = 'FeedFault';
  }
}
