import { Instant, Int, Text } from '@fleet/platform/http';
import { OneOf } from '@fleet/platform/http';
import { gatewayMethods, type GatewayMethod } from '../rules/words';

const address = { max: 300, pattern: /^https?:\/\/[^\s?#]+$/, says: 'base_url must be an address like https://hst-api.wialon.com' };

export class WialonAccessBody {
  @Text({ ...address, example: 'https://hst-api.wialon.com', about: 'Hosting, or the address of a Wialon Local.' }) base_url: string;
  @Text({ min: 16, max: 200, pattern: /^\w+$/, says: 'token must be the letters and digits that Wialon gave', about: 'Never shown again. Its rights must include executing commands.' }) token: string;
}

export class TracksolidAccessBody {
  @Text({ ...address, example: 'https://eu-open.tracksolidpro.com', about: 'The region of the account; /route/rest is added.' }) base_url: string;
  @Text({ max: 100 }) app_key: string;
  @Text({ max: 200 }) app_secret: string;
  @Text({ max: 100 }) user_id: string;
  @Text({ max: 200, about: 'Never shown again.' }) password: string;
}

export class GatewayView {
  @OneOf(gatewayMethods) method: GatewayMethod;
  @Text() base_url: string;
  @Text() updated_by: string;
  @Instant() updated_at: Date;
  @Int() version: number;
}
