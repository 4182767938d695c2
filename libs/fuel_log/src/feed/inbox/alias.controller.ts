import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, ReturnsNothing, type Page } from '@fleet/platform/http';
import { AliasQuery, AliasView, TaughtAliasView, TeachAliasBody } from './alias.dto';
import { Aliases } from './alias.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/aliases')
export class AliasController {
  constructor(private readonly aliases: Aliases) {}

  @Get()
  @Permit('fuel_log.alias.read')
  @ReturnsList(AliasView, { about: 'Spellings this account was taught; the built-in ones are not listed.' })
  list(@By() actor: Actor, @Query() query: AliasQuery): Promise<Page<AliasView>> {
    return this.aliases.list(actor, query);
  }

  @Post()
  @Permit('fuel_log.alias.write')
  @Returns(TaughtAliasView, { status: 201, about: 'Teaches a spelling, or teaches it anew; every record that uses it is read again at once.' })
  teach(@By() actor: Actor, @Body() body: TeachAliasBody): Promise<TaughtAliasView> {
    return this.aliases.teach(actor, body);
  }

  @Delete(':alias_id')
  @Permit('fuel_log.alias.write')
  @ReturnsNothing()
  unlearn(@By() actor: Actor, @Id('alias_id') id: string): Promise<void> {
    return this.aliases.unlearn(actor, id);
  }
}
