import { Module } from '@nestjs/common';
import { FeedController } from './feeds/feed.controller';
import { FeedPlaces } from './feeds/feed-places';
import { FeedService } from './feeds/feed.service';
import { FuelFillController } from './fills/fuel-fill.controller';
import { FeedImportController } from './imports/feed-import.controller';
import { FeedImports } from './imports/feed-import.service';
import { FeedImporter } from './imports/feed-importer';
import { FeedSchedule } from './imports/import-task';
import { Judgement } from './imports/judgement';
import { AliasController } from './inbox/alias.controller';
import { Aliases } from './inbox/alias.service';
import { InboxController } from './inbox/inbox.controller';
import { Inbox } from './inbox/inbox.service';

@Module({
  controllers: [FuelFillController, InboxController, AliasController, FeedImportController, FeedController],
  providers: [FeedPlaces, FeedService, FeedImports, FeedImporter, FeedSchedule, Judgement, Inbox, Aliases],
})
export class FeedModule {}
