import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '../auth/permit';
import type { Actor } from '../database';
import { Returns, ReturnsList, type Page } from '../http';
import { AuditLog } from './audit-log.service';
import { EntriesQuery, EntryView, VerdictView } from './audit.dto';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get('entries')
  @Permit('audit.entry.read')
  @ReturnsList(EntryView)
  entries(@By() actor: Actor, @Query() query: EntriesQuery): Promise<Page<EntryView>> {
    return this.log.entries(actor, query);
  }

  @Post('verify')
  @Permit('audit.entry.verify')
  @Returns(VerdictView)
  verify(@By() actor: Actor): Promise<VerdictView> {
    return this.log.verify(actor);
  }
}
