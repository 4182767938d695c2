import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Command } from '../immobilize/command';
import { LinkBus } from './link-bus';
import { Runner } from './runner';

/** Brings a committed command to the process that can carry it out. Nothing waits for it, and nothing polls for it. */
@Injectable()
export class Dispatch implements OnModuleInit {
  private readonly log = new Logger('access');

  constructor(
    private readonly runner: Runner,
    private readonly bus: LinkBus,
  ) {}

  onModuleInit(): void {
    this.bus.onRun((accountId, commandId) => this.run(accountId, commandId));
  }

  start({ account_id, id }: Pick<Command, 'account_id' | 'id'>): void {
    this.run(account_id, id);
  }

  private run(accountId: string, commandId: string): void {
    this.runner.run(accountId, commandId).catch((error: unknown) => this.log.error({ err: error, command_id: commandId }, 'a command was left to the sweeper'));
  }
}
