import { Module } from '@nestjs/common';
import { driver_module } from '@fleet/driver_module';
import { transport_registry } from '@fleet/transport_registry';
import { AnomalyWatch } from './anomalies/anomaly-watch';
import { FeedModule } from './feed/feed.module';
import { FillUpController } from './fill_ups/fill-up.controller';
import { FillUpCorrections } from './fill_ups/fill-up.corrections';
import { FillUpReadings } from './fill_ups/fill-up-readings';
import { FillUpRecorder } from './fill_ups/fill-up.recorder';
import { FillUpStore } from './fill_ups/fill-up.store';
import { MyFuelController } from './fill_ups/my.controller';
import { FuelLookup } from './read/fuel-lookup';
import { ReceiptController } from './receipts/receipt.controller';
import { Receipts } from './receipts/receipt.service';
import { ReportController } from './reports/report.controller';
import { FuelReports } from './reports/report.service';

const fillUps = [FillUpStore, FillUpReadings, FillUpRecorder, FillUpCorrections, Receipts, AnomalyWatch];

@Module({
  imports: [transport_registry.module, driver_module.module, FeedModule],
  controllers: [MyFuelController, FillUpController, ReceiptController, ReportController],
  providers: [...fillUps, FuelReports, FuelLookup],
  exports: [FuelLookup],
})
export class FuelLogModule {}
