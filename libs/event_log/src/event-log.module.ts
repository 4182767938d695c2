import { Module } from '@nestjs/common';
import { driver_module } from '@fleet/driver_module';
import { transport_registry } from '@fleet/transport_registry';
import { Attributor } from './attribution/attributor';
import { Reattribution } from './attribution/reattribution';
import { EventDesk } from './events/event-desk';
import { EventList } from './events/event-list';
import { EventSummary } from './events/event-summary';
import { EventController } from './events/event.controller';
import { TimelineController } from './events/timeline.controller';
import { FineBook } from './fines/fine-book';
import { HearsHouse } from './hearing/house';
import { HearsShifts } from './hearing/shifts';
import { HearsTelemetry } from './hearing/telemetry';
import { Intake } from './intake/intake.service';
import { Retelling } from './intake/retelling';
import { Revision } from './intake/revision';
import { EventSealer } from './intake/sealer';
import { VehicleFacts } from './intake/vehicle-facts';
import { Withdrawals } from './intake/withdrawals';
import { Forgetting } from './privacy/forgetting';

const intake = [EventSealer, VehicleFacts, Attributor, FineBook, Revision, Retelling, Withdrawals, Intake, Reattribution];
const desk = [EventList, EventSummary, EventDesk];
const hearing = [HearsTelemetry, HearsShifts, HearsHouse];

@Module({
  imports: [transport_registry.module, driver_module.module],
  controllers: [TimelineController, EventController],
  providers: [...intake, ...desk, ...hearing, Forgetting],
})
export class EventLogModule {}
