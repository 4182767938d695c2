import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '../auth/permit';
import type { Actor } from '../database';
import { Id, ListQuery, notFound, Returns, ReturnsList, ReturnsNothing, type Page } from '../http';
import { DeadDeliveries } from '../outbox';
import { DeadLettersQuery, DeadLetterView, RunsQuery, RunView, StartedView, StartRunBody, TaskStatusView } from './etl.dto';
import { Jobs } from './jobs.service';
import { RunQueries } from './run-queries';

/** The batches of the house: what runs when, how it went, and what was given up. */
@ApiTags('etl')
@Controller('api/v1/etl')
export class EtlController {
  constructor(
    private readonly jobs: Jobs,
    private readonly queries: RunQueries,
    private readonly deliveries: DeadDeliveries,
  ) {}

  @Get('status')
  @Permit('jobs.task.read')
  @ReturnsList(TaskStatusView)
  async status(@By() actor: Actor, @Query() _query: ListQuery): Promise<Page<TaskStatusView>> {
    return { items: await this.queries.status(actor), next_cursor: null };
  }

  @Get('runs')
  @Permit('jobs.task.read')
  @ReturnsList(RunView)
  runs(@By() actor: Actor, @Query() query: RunsQuery): Promise<Page<RunView>> {
    return this.queries.runs(actor, query);
  }

  @Get('runs/:id')
  @Permit('jobs.task.read')
  @Returns(RunView)
  run(@By() actor: Actor, @Id() id: string): Promise<RunView> {
    return this.queries.run(actor, id);
  }

  @Post('runs/:id/cancel')
  @Permit('jobs.task.run')
  @ReturnsNothing()
  cancel(@By() actor: Actor, @Id() id: string): Promise<void> {
    return this.jobs.cancel(actor, id);
  }

  @Post('tasks/:name/run')
  @Permit('jobs.task.run')
  @Returns(StartedView, { status: 202 })
  async start(@By() actor: Actor, @Param('name') name: string, @Body() body: StartRunBody): Promise<StartedView> {
    return { run_id: await this.jobs.startByName(actor, name, body.payload), task: name };
  }

  @Get('dead_letters')
  @Permit('jobs.task.read')
  @ReturnsList(DeadLetterView)
  deadLetters(@By() actor: Actor, @Query() query: DeadLettersQuery): Promise<Page<DeadLetterView>> {
    return this.queries.deadLetters(actor, query);
  }

  @Post('dead_letters/:id/replay')
  @Permit('jobs.dead_letter.replay')
  @ReturnsNothing()
  async replay(@By() actor: Actor, @Id() id: string): Promise<void> {
    if (await this.jobs.tryReplay(actor, id)) return;
    if (!(await this.deliveries.tryReplay(actor, id))) throw notFound('dead letter', id);
  }
}
