import { Flag, Instant, Nested, Text } from '@fleet/platform/http';

export class ChecklistStepView {
  @Text() key: string;
  @Text() title: string;
  @Flag() required: boolean;
  @Flag() done: boolean;
  @Text({ nullable: true }) done_by: string | null;
  @Instant({ nullable: true }) done_at: Date | null;
}

export class ChecklistView {
  @Flag({ about: 'Every required item is done.' }) complete: boolean;
  @Nested(() => ChecklistStepView, { listMax: 30 }) items: ChecklistStepView[];
}

export class TickBody {
  @Flag({ about: 'false takes the tick back.' }) done: boolean;
}
