import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Db } from './db';
import { ENTITIES, type EntityList } from './entities';

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(entities: EntityList): DynamicModule {
    return { module: DatabaseModule, providers: [{ provide: ENTITIES, useValue: entities }, Db], exports: [Db] };
  }
}
