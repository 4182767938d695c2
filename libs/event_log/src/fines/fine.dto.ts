import { Text, Uuid } from '@fleet/platform/http';

export class FineMoveBody {
  @Text({ optional: true, max: 500 }) reason?: string;
}

export class FineReasonBody {
  @Text({ max: 2000 }) reason: string;
}

export class DisputeBody {
  @Uuid({ about: 'Chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @Text({ max: 4000, about: 'Why the fine is wrong. Pictures are added to the fine as evidence.' }) text: string;
}
