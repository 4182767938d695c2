import { Body, Controller, Delete, Get, Inject, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '../../auth';
import type { Actor } from '../../database';
import { DescribesId, DescribesIfMatch, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsNothing, type Page } from '../../http';
import { declaredEvents } from '../../outbox';
import { Catalogue, severities } from '../catalogue';
import { EventTypeView } from '../webhooks/endpoint.dto';
import { AmendRuleBody, RuleBody, RuleView } from './rule.dto';
import { Rules } from './rule.service';

@ApiTags('notify')
@Controller('api/v1/notify')
export class RuleController {
  constructor(
    private readonly rules: Rules,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Get('event_types')
  @Permit('notify.rule.read')
  @ReturnsList(EventTypeView)
  eventTypes(): Page<EventTypeView> {
    const items = declaredEvents().map((name) => {
      const known = this.catalogue.find(name);
      const gravest = known ? ([...severities].reverse().find((s) => this.catalogue.atLeast(s).includes(name)) ?? null) : null;
      return { name, described: known !== undefined, title: this.catalogue.titleOf(name), permission: known?.permission ?? null, gravest };
    });
    return { items, next_cursor: null };
  }

  @Get('rules')
  @Permit('notify.rule.read')
  @ReturnsList(RuleView)
  list(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<RuleView>> {
    return this.rules.list(actor, query);
  }

  @Post('rules')
  @Permit('notify.rule.write')
  @Returns(RuleView, { status: 201 })
  make(@By() actor: Actor, @Body() body: RuleBody): Promise<RuleView> {
    return this.rules.make(actor, body);
  }

  @Get('rules/:rule_id')
  @Permit('notify.rule.read')
  @DescribesId('rule_id')
  @Returns(RuleView)
  get(@By() actor: Actor, @Id('rule_id') id: string): Promise<RuleView> {
    return this.rules.get(actor, id);
  }

  @Patch('rules/:rule_id')
  @Permit('notify.rule.write')
  @DescribesId('rule_id')
  @DescribesIfMatch()
  @Returns(RuleView)
  amend(@By() actor: Actor, @Id('rule_id') id: string, @Body() body: AmendRuleBody, @IfMatch() version: number | undefined): Promise<RuleView> {
    return this.rules.amend(actor, id, body, version);
  }

  @Delete('rules/:rule_id')
  @Permit('notify.rule.write')
  @DescribesId('rule_id')
  @ReturnsNothing()
  remove(@By() actor: Actor, @Id('rule_id') id: string): Promise<void> {
    return this.rules.remove(actor, id);
  }
}
