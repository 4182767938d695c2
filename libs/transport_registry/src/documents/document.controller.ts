import { Body, Controller, Get, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { AmendDocumentBody, DocumentBody, DocumentQuery, DocumentView, WithdrawDocumentBody } from './document.dto';
import { DocumentService } from './document.service';

@ApiTags('transport_registry')
@Controller('api/v1/transport_registry')
export class DocumentController {
  constructor(private readonly documents: DocumentService) {}

  @Get('documents')
  @Permit('transport_registry.document.read')
  @ReturnsList(DocumentView, { about: 'Papers of the whole fleet, soonest to expire first.' })
  list(@By() actor: Actor, @Query() query: DocumentQuery): Promise<Page<DocumentView>> {
    return this.documents.list(actor, query);
  }

  @Get('documents/:document_id')
  @Permit('transport_registry.document.read')
  @Returns(DocumentView)
  get(@By() actor: Actor, @Id('document_id') id: string): Promise<DocumentView> {
    return this.documents.get(actor, id);
  }

  @Patch('documents/:document_id')
  @Permit('transport_registry.document.write')
  @DescribesIfMatch()
  @Returns(DocumentView)
  amend(@By() actor: Actor, @Id('document_id') id: string, @Body() body: AmendDocumentBody, @IfMatch() version: number | undefined): Promise<DocumentView> {
    return this.documents.amend(actor, id, body, version);
  }

  @Post('documents/:document_id/withdraw')
  @Permit('transport_registry.document.write')
  @Returns(DocumentView)
  withdraw(@By() actor: Actor, @Id('document_id') id: string, @Body() body: WithdrawDocumentBody): Promise<DocumentView> {
    return this.documents.withdraw(actor, id, body.reason);
  }

  @Put('documents/:document_id/file')
  @Permit('transport_registry.document.write')
  @TakesFile()
  @Returns(DocumentView, { about: 'The scan or photo: JPEG, PNG or PDF.' })
  attach(@By() actor: Actor, @Id('document_id') id: string, @Uploaded() upload: Upload): Promise<DocumentView> {
    return this.documents.attach(actor, id, upload);
  }

  @Get('documents/:document_id/file')
  @Permit('transport_registry.document.read')
  @ReturnsRaw('application/octet-stream', { about: 'The file, with its own type.' })
  async file(@By() actor: Actor, @Id('document_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.documents.openFile(actor, id));
  }

  @Get(':vehicle_id/documents')
  @Permit('transport_registry.document.read')
  @ReturnsList(DocumentView)
  ofVehicle(@By() actor: Actor, @Id('vehicle_id') vehicleId: string, @Query() query: DocumentQuery): Promise<Page<DocumentView>> {
    return this.documents.list(actor, query, vehicleId);
  }

  @Post(':vehicle_id/documents')
  @Permit('transport_registry.document.write')
  @Returns(DocumentView, { status: 201 })
  add(@By() actor: Actor, @Id('vehicle_id') vehicleId: string, @Body() body: DocumentBody): Promise<DocumentView> {
    return this.documents.add(actor, vehicleId, body);
  }
}
