import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { ReasonBody } from '../fill_ups/fill-up.dto';
import { AttachReceiptBody, ReceiptQuery, ReceiptView, UploadReceiptBody } from './receipt.dto';
import { Receipts } from './receipt.service';

export const receiptForm = { vehicle_id: { type: 'string', format: 'uuid' }, taken_at: { type: 'string', format: 'date-time' }, note: { type: 'string', maxLength: 300 } };

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/receipts')
export class ReceiptController {
  constructor(
    private readonly receipts: Receipts,
    private readonly db: Db,
  ) {}

  @Post()
  @Permit('fuel_log.receipt.write')
  @TakesFile('file', receiptForm)
  @Returns(ReceiptView, { status: 201, about: 'JPEG or PNG. The same picture from the same person answers with the first receipt.' })
  handIn(@By() actor: Actor, @Uploaded() upload: Upload, @Body() body: UploadReceiptBody): Promise<ReceiptView> {
    return this.receipts.handIn(actor, upload, body);
  }

  @Get()
  @Permit('fuel_log.receipt.read')
  @ReturnsList(ReceiptView, { about: 'Latest first; state=to_be_typed is what waits.' })
  list(@By() actor: Actor, @Query() query: ReceiptQuery): Promise<Page<ReceiptView>> {
    return this.db.read(actor, (tx) => this.receipts.page(tx, query));
  }

  @Get(':receipt_id')
  @Permit('fuel_log.receipt.read')
  @Returns(ReceiptView)
  get(@By() actor: Actor, @Id('receipt_id') id: string): Promise<ReceiptView> {
    return this.db.read(actor, (tx) => this.receipts.find(tx, id));
  }

  @Get(':receipt_id/picture')
  @Permit('fuel_log.receipt.read')
  @ReturnsRaw('image/jpeg', { about: 'JPEG or PNG, as its content says.' })
  async picture(@By() actor: Actor, @Id('receipt_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.receipts.open(actor, id, 'picture'));
  }

  @Get(':receipt_id/thumbnail')
  @Permit('fuel_log.receipt.read')
  @ReturnsRaw('image/jpeg')
  async thumbnail(@By() actor: Actor, @Id('receipt_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.receipts.open(actor, id, 'thumbnail'));
  }

  @Post(':receipt_id/attach')
  @Permit('fuel_log.receipt.write')
  @Returns(ReceiptView)
  attach(@By() actor: Actor, @Id('receipt_id') id: string, @Body() body: AttachReceiptBody): Promise<ReceiptView> {
    return this.receipts.attachTo(actor, id, body.fill_up_id);
  }

  @Post(':receipt_id/detach')
  @Permit('fuel_log.receipt.write')
  @Returns(ReceiptView)
  detach(@By() actor: Actor, @Id('receipt_id') id: string, @Body() body: ReasonBody): Promise<ReceiptView> {
    return this.receipts.detach(actor, id, body.reason);
  }

  @Post(':receipt_id/discard')
  @Permit('fuel_log.receipt.write')
  @Returns(ReceiptView)
  discard(@By() actor: Actor, @Id('receipt_id') id: string, @Body() body: ReasonBody): Promise<ReceiptView> {
    return this.receipts.discard(actor, id, body.reason);
  }
}
