import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { AmendDriverDocumentBody, DriverDocumentBody, DriverDocumentQuery, DriverDocumentView, DriverDocumentWithWarningsView, WithdrawDriverDocumentBody } from './document.dto';
import { DocumentService, type DocumentWithWarnings } from './document.service';

@ApiTags('driver_module')
@Controller('api/v1/driver_module')
export class DriverDocumentController {
  constructor(private readonly documents: DocumentService) {}

  @Get('documents')
  @Permit('driver_module.document.read')
  @ReturnsList(DriverDocumentView, { about: 'Papers of all drivers, soonest to expire first.' })
  list(@By() actor: Actor, @Query() query: DriverDocumentQuery): Promise<Page<DriverDocumentView>> {
    return this.documents.list(actor, query);
  }

  @Get('documents/:document_id')
  @Permit('driver_module.document.read')
  @Returns(DriverDocumentView)
  get(@By() actor: Actor, @Id('document_id') id: string): Promise<DriverDocumentView> {
    return this.documents.get(actor, id);
  }

  @Patch('documents/:document_id')
  @Permit('driver_module.document.write')
  @DescribesIfMatch()
  @Returns(DriverDocumentWithWarningsView)
  amend(@By() actor: Actor, @Id('document_id') id: string, @Body() body: AmendDriverDocumentBody, @IfMatch() version: number | undefined): Promise<DocumentWithWarnings> {
    return this.documents.amend(actor, id, body, version);
  }

  @Post('documents/:document_id/verify')
  @Permit('driver_module.document.write')
  @Returns(DriverDocumentWithWarningsView)
  verify(@By() actor: Actor, @Id('document_id') id: string): Promise<DocumentWithWarnings> {
    return this.documents.verify(actor, id);
  }

  @Post('documents/:document_id/withdraw')
  @Permit('driver_module.document.write')
  @Returns(DriverDocumentWithWarningsView)
  withdraw(@By() actor: Actor, @Id('document_id') id: string, @Body() body: WithdrawDriverDocumentBody): Promise<DocumentWithWarnings> {
    return this.documents.withdraw(actor, id, body.reason);
  }

  @Get('drivers/:driver_id/documents')
  @Permit('driver_module.document.read')
  @ReturnsList(DriverDocumentView)
  ofDriver(@By() actor: Actor, @Id('driver_id') driverId: string, @Query() query: DriverDocumentQuery): Promise<Page<DriverDocumentView>> {
    return this.documents.list(actor, query, driverId);
  }

  @Post('drivers/:driver_id/documents')
  @Permit('driver_module.document.write')
  @Returns(DriverDocumentWithWarningsView, { status: 201 })
  add(@By() actor: Actor, @Id('driver_id') driverId: string, @Body() body: DriverDocumentBody): Promise<DocumentWithWarnings> {
    return this.documents.add(actor, driverId, body);
  }
}
