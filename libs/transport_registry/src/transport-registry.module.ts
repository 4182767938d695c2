import { Module } from '@nestjs/common';
import { DeviceController } from './devices/device.controller';
import { DeviceService } from './devices/device.service';
import { DocumentController } from './documents/document.controller';
import { DocumentService } from './documents/document.service';
import { ImportController } from './imports/import.controller';
import { ImportRunner } from './imports/import.runner';
import { ImportService } from './imports/import.service';
import { OdometerController } from './odometer/odometer.controller';
import { OdometerService } from './odometer/odometer.service';
import { VehicleLookup } from './read/vehicle-lookup';
import { VehicleController } from './vehicles/vehicle.controller';
import { VehicleService } from './vehicles/vehicle.service';

@Module({
  // Fixed addresses before those with an id, or "imports" would be taken for a vehicle.
  controllers: [ImportController, DocumentController, DeviceController, VehicleController, OdometerController],
  providers: [VehicleService, OdometerService, DocumentService, DeviceService, ImportService, ImportRunner, VehicleLookup],
  exports: [VehicleLookup, OdometerService],
})
export class TransportRegistryModule {}
