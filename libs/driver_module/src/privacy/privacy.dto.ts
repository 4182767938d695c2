import { Instant, Int, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class ErasurePartView {
  @Text() what: string;
  @Int() count: number;
  @Text({ max: 300, about: 'What becomes of it, or why it stays.' }) why: string;
}

export class ErasureBlockerView {
  @Text() code: string;
  @Text() detail: string;
}

export class ErasureReportView {
  @Uuid() driver_id: string;
  @Int() driver_no: number;
  @Nested(() => ErasurePartView, { listMax: 20 }) erased: ErasurePartView[];
  @Nested(() => ErasurePartView, { listMax: 20 }) stays: ErasurePartView[];
  @Nested(() => ErasureBlockerView, { listMax: 5, about: 'What must be settled first.' }) blockers: ErasureBlockerView[];
}

export class ErasureRequestView {
  @Uuid() id: string;
  @Uuid() driver_id: string;
  @OneOf(['requested', 'executed', 'withdrawn']) state: string;
  @Text() asked_by: string;
  @Instant() asked_at: Date;
  @Text({ nullable: true }) decided_by: string | null;
  @Instant({ nullable: true }) decided_at: Date | null;
  @Nested(() => ErasureReportView, { about: 'A preview while it is requested; afterwards what was done.' }) report: ErasureReportView;
}

export class ExecuteErasureBody {
  @Int({ about: 'The number of the driver, typed again: there is no way back.' }) confirm_driver_no: number;
}
