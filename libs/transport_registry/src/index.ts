import { Module } from '@nestjs/common';
@Module({})
export class TransportRegistryModule {}
export const transport_registry = { module: TransportRegistryModule, entities: [], grants: {} };
