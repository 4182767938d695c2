import { Module } from '@nestjs/common';
import { driver_module } from '@fleet/driver_module';
import { telemetry_engine } from '@fleet/telemetry_engine';
import { transport_registry } from '@fleet/transport_registry';
import { AnomalyController } from './anomalies/anomaly.controller';
import { Anomalies } from './anomalies/anomaly.service';
import { AnomalyWatch } from './anomalies/anomaly-watch';
import { FeedModule } from './feed/feed.module';
import { FuelAttribution } from './fill_ups/attribution';
import { FillUpController } from './fill_ups/fill-up.controller';
import { FillUpCorrections } from './fill_ups/fill-up.corrections';
import { FillUpReadings } from './fill_ups/fill-up-readings';
import { FillUpRecorder } from './fill_ups/fill-up.recorder';
import { FillUpStore } from './fill_ups/fill-up.store';
import { MyFuelController } from './fill_ups/my.controller';
import { FuelImportController } from './imports/import.controller';
import { FuelImportRunner } from './imports/import.runner';
import { FuelImports } from './imports/import.service';
import { FuelLookup } from './read/fuel-lookup';
import { ReceiptController } from './receipts/receipt.controller';
import { Receipts } from './receipts/receipt.service';
import { ReportController } from './reports/report.controller';
import { FuelReports } from './reports/report.service';
import { StretchKeeper } from './stretches/stretch-keeper';
import { TankController } from './tank/tank.controller';
import { TankLevels } from './tank/tank-levels';
import { TankWatch } from './tank/tank-watch';
import { TripController } from './trips/trip.controller';
import { Trips } from './trips/trip.service';

const fillUps = [FillUpStore, FillUpReadings, FillUpRecorder, FillUpCorrections, Receipts, AnomalyWatch];

@Module({
  imports: [transport_registry.module, driver_module.module, telemetry_engine.module, FeedModule],
  controllers: [MyFuelController, FillUpController, ReceiptController, ReportController, TripController, AnomalyController, FuelImportController, TankController],
  providers: [...fillUps, FuelAttribution, FuelReports, FuelLookup, StretchKeeper, Trips, Anomalies, FuelImports, FuelImportRunner, TankLevels, TankWatch],
  exports: [FuelLookup],
})
export class FuelLogModule {}
