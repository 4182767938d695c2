import { Module } from '@nestjs/common';
import { driver_module } from '@fleet/driver_module';
import { transport_registry } from '@fleet/transport_registry';

@Module({
  imports: [transport_registry.module, driver_module.module],
  controllers: [],
  providers: [],
  exports: [],
})
export class FuelLogModule {}
