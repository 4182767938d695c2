import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsList, ReturnsRaw, rule, type Page } from '@fleet/platform/http';
import { DriverAt } from '@fleet/driver_module';
import { VehicleLookup } from '@fleet/transport_registry';
import { receiptForm } from '../receipts/receipt.controller';
import { MyReceiptView, ReceiptQuery, UploadReceiptBody } from '../receipts/receipt.dto';
import { Receipts } from '../receipts/receipt.service';
import { FillUpQuery, FillUpView, MyFillUpBody } from './fill-up.dto';
import { FillUpRecorder } from './fill-up.recorder';
import { FillUpStore } from './fill-up.store';

/** For the driver's phone: their own fill-ups and receipts, for vehicles they had. It may come late and twice. */
@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/my')
@Permit('fuel_log.self.use')
export class MyFuelController {
  constructor(
    private readonly db: Db,
    private readonly vehicles: VehicleLookup,
    private readonly drivenBy: DriverAt,
    private readonly recorder: FillUpRecorder,
    private readonly store: FillUpStore,
    private readonly receipts: Receipts,
  ) {}

  @Post('fill_ups')
  @Returns(FillUpView, { status: 201, about: 'Only for a vehicle of which you had a shift at fuel_date.' })
  record(@By() actor: Actor, @Body() body: MyFillUpBody): Promise<FillUpView> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.receipts.driverOf(tx);
      const held = await this.drivenBy.vehicleOf(tx, driver.id, new Date(body.fuel_date));
      if (!held || (body.vehicle_id && body.vehicle_id !== held.vehicle_id)) throw rule('FUEL_NOT_YOUR_VEHICLE', 'You had no shift with this vehicle at that hour. Ask the office to enter it.');
      const vehicle = await this.vehicles.require(tx, held.vehicle_id);
      const said = await this.recorder.complete(tx, vehicle, body);
      const row = await this.recorder.record(tx, { id: body.id, vehicle_id: vehicle.id, said, confirm: body.confirm ?? false, source: 'driver' });
      await this.receipts.attach(tx, body.receipt_ids ?? [], row, driver.id);
      return this.store.view(tx, row);
    });
  }

  @Get('fill_ups')
  @ReturnsList(FillUpView, { about: 'Of your shifts, latest first.' })
  list(@By() actor: Actor, @Query() query: FillUpQuery): Promise<Page<FillUpView>> {
    return this.db.read(actor, async (tx) => this.store.page(tx, query, (await this.receipts.driverOf(tx)).id));
  }

  @Post('receipts')
  @TakesFile('file', receiptForm)
  @Returns(MyReceiptView, { status: 201, about: 'Photograph now, type later. The same picture again answers with the first receipt.' })
  async handIn(@By() actor: Actor, @Uploaded() upload: Upload, @Body() body: UploadReceiptBody): Promise<MyReceiptView> {
    return this.receipts.handIn(actor, upload, body, await this.db.read(actor, (tx) => this.receipts.driverOf(tx)));
  }

  @Get('receipts')
  @ReturnsList(MyReceiptView)
  myReceipts(@By() actor: Actor, @Query() query: ReceiptQuery): Promise<Page<MyReceiptView>> {
    return this.db.read(actor, async (tx) => this.receipts.page(tx, query, (await this.receipts.driverOf(tx)).id));
  }

  @Get('receipts/:receipt_id/picture')
  @ReturnsRaw('image/jpeg', { about: 'JPEG or PNG, as its content says.' })
  async picture(@By() actor: Actor, @Id('receipt_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.receipts.open(actor, id, 'picture', await this.myId(actor)));
  }

  @Get('receipts/:receipt_id/thumbnail')
  @ReturnsRaw('image/jpeg')
  async thumbnail(@By() actor: Actor, @Id('receipt_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.receipts.open(actor, id, 'thumbnail', await this.myId(actor)));
  }

  private myId(actor: Actor): Promise<string> {
    return this.db.read(actor, async (tx) => (await this.receipts.driverOf(tx)).id);
  }
}
