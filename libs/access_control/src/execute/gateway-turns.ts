import { Injectable } from '@nestjs/common';
import { Limiter } from '../methods/limiter';

/** As many commands as one account's server, and all of them together, are handed at a time. */
const ofAccountMax = 3;
const ofAllMax = 6;

/**
 * A sending through another's server holds a connection to the database until that server has taken it. Few may do so at a time,
 * so that a server that is slow never takes the connections of everybody else.
 */
@Injectable()
export class GatewayTurns {
  private readonly all = new Limiter(ofAllMax);
  private readonly ofAccounts = new Map<string, Limiter>();

  async run<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    const ofAccount = this.ofAccounts.get(accountId) ?? new Limiter(ofAccountMax);
    this.ofAccounts.set(accountId, ofAccount);
    try {
      return await ofAccount.run(() => this.all.run(work));
    } finally {
      if (ofAccount.idle) this.ofAccounts.delete(accountId);
    }
  }
}
