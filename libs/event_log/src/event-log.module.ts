import { Module } from '@nestjs/common';
import { driver_module } from '@fleet/driver_module';
import { transport_registry } from '@fleet/transport_registry';
import { Attributor } from './attribution/attributor';
import { Reattribution } from './attribution/reattribution';
import { EventDesk } from './events/event-desk';
import { EventHistory } from './events/event-history';
import { EventList } from './events/event-list';
import { EventSearch } from './events/event-search';
import { EventSummary } from './events/event-summary';
import { EventController } from './events/event.controller';
import { TimelineController } from './events/timeline.controller';
import { EvidenceController } from './evidence/evidence.controller';
import { Evidence } from './evidence/evidence.service';
import { FineBook } from './fines/fine-book';
import { FineController } from './fines/fine.controller';
import { FineDesk } from './fines/fine-desk';
import { HearsHouse } from './hearing/house';
import { HearsShifts } from './hearing/shifts';
import { HearsTelemetry } from './hearing/telemetry';
import { FineImportController } from './imports/import.controller';
import { FineImportRunner } from './imports/import.runner';
import { FineImports } from './imports/import.service';
import { Intake } from './intake/intake.service';
import { Retelling } from './intake/retelling';
import { Revision } from './intake/revision';
import { EventSealer } from './intake/sealer';
import { VehicleFacts } from './intake/vehicle-facts';
import { Withdrawals } from './intake/withdrawals';
import { MyEventController } from './me/my.controller';
import { MyEvents } from './me/my.service';
import { Forgetting } from './privacy/forgetting';
import { PersonalEvents } from './privacy/personal-events';
import { EventPrivacyController } from './privacy/privacy.controller';
import { Retention } from './privacy/retention';
import { EventLookup } from './read/event-lookup';

const intake = [EventSealer, VehicleFacts, Attributor, FineBook, Revision, Retelling, Withdrawals, Intake, Reattribution];
const desk = [EventSearch, EventList, EventSummary, Evidence, EventHistory, EventDesk, FineDesk, FineImports, FineImportRunner, MyEvents];
const privacy = [Forgetting, PersonalEvents, Retention];
const hearing = [HearsTelemetry, HearsShifts, HearsHouse];

@Module({
  imports: [transport_registry.module, driver_module.module],
  controllers: [MyEventController, FineImportController, EventPrivacyController, TimelineController, EventController, EvidenceController, FineController],
  providers: [...intake, ...desk, ...privacy, ...hearing, EventLookup],
  exports: [EventLookup],
})
export class EventLogModule {}
