import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, ReturnsList, ReturnsNothing, type Page } from '@fleet/platform/http';
import { ScoreInputs } from './score-inputs';
import { ScoreInputBody, ScoreInputQuery, ScoreInputView } from './score.dto';

@ApiTags('driver_module')
@Controller('api/v1/driver_module/drivers/:driver_id/score_inputs')
export class ScoreController {
  constructor(private readonly inputs: ScoreInputs) {}

  @Get()
  @Permit('driver_module.score.read')
  @ReturnsList(ScoreInputView)
  list(@By() actor: Actor, @Id('driver_id') id: string, @Query() query: ScoreInputQuery): Promise<Page<ScoreInputView>> {
    return this.inputs.list(actor, id, query);
  }

  @Post()
  @Permit('driver_module.score.write')
  @ReturnsList(ScoreInputView, { about: 'The inputs of this name, newest first.' })
  record(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: ScoreInputBody): Promise<Page<ScoreInputView>> {
    return this.inputs.recordByHand(actor, id, body);
  }

  @Post(':score_input_id/retract')
  @Permit('driver_module.score.write')
  @ReturnsNothing()
  retract(@By() actor: Actor, @Id('driver_id') id: string, @Id('score_input_id') inputId: string): Promise<void> {
    return this.inputs.retractByHand(actor, id, inputId);
  }
}
