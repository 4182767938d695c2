import { Global, Inject, Injectable, Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { CONFIG, type Config } from '../config';
import { Db } from '../database';
import { TaskList, type Task } from './define-task';
import { EtlController } from './etl.controller';
import { Jobs } from './jobs.service';
import { RunQueries } from './run-queries';
import { Slots, slotTimers } from './slots';
import { JobWorker, type WorkerOptions } from './worker';

const OPTIONS = Symbol('JOBS_OPTIONS');

/** Keeps a worker going in the worker role; other roles only queue. */
@Injectable()
class WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: JobWorker | undefined;

  constructor(
    private readonly db: Db,
    private readonly tasks: TaskList,
    private readonly modules: ModuleRef,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(OPTIONS) private readonly options: Partial<WorkerOptions>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.FLEET_ROLES.includes('worker')) return;
    this.worker = new JobWorker(this.db, this.tasks, this.config, (token) => this.modules.get(token, { strict: false }), this.options);
    await this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.stop();
  }
}

/** The composition root gives the whole list of batches; nothing else declares one. */
@Global()
@Module({})
export class JobsModule {
  static forRoot(tasks: readonly Task[], options: Partial<WorkerOptions> = {}): DynamicModule {
    return {
      module: JobsModule,
      imports: [ScheduleModule.forRoot({ intervals: false, timeouts: false })],
      controllers: [EtlController],
      providers: [{ provide: TaskList, useFactory: () => new TaskList(tasks) }, { provide: OPTIONS, useValue: options }, Jobs, RunQueries, Slots, slotTimers(tasks), WorkerHost],
      exports: [Jobs, TaskList, Slots],
    };
  }
}
