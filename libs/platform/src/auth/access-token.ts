import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import { Clock } from '../clock';
import { CONFIG, publicUrl, type Config } from '../config';
import { SigningKeys } from './signing-keys';

export const audience = 'fleet-api';

/** Claims of our access tokens (RFC 9068). What the bearer may do is looked up, so a changed role needs no new token. */
export interface AccessClaims {
  iss: string;
  aud: string;
  sub: string;
  client_id: string;
  jti: string;
  iat: number;
  exp: number;
  /** The account the token acts in. */
  account: string;
  /** Session of a person; absent for machine clients. */
  sid?: string;
  /** When a second factor was last proven, epoch seconds. */
  step_up_at?: number;
}

export interface TokenRequest {
  subject: string;
  clientId: string;
  accountId: string;
  sessionId?: string;
  steppedUpAt?: Date | null;
}

@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async issue(request: TokenRequest): Promise<{ access_token: string; token_type: 'Bearer'; expires_in: number }> {
    const { kid, key } = await this.keys.signing();
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const claims: AccessClaims = {
      iss: publicUrl(this.config),
      aud: audience,
      sub: request.subject,
      client_id: request.clientId,
      jti: randomUUID(),
      iat: now,
      exp: now + this.config.ACCESS_TOKEN_TTL_S,
      account: request.accountId,
      ...(request.sessionId ? { sid: request.sessionId } : {}),
      ...(request.steppedUpAt ? { step_up_at: Math.floor(request.steppedUpAt.getTime() / 1000) } : {}),
    };
    const access_token = sign(claims, key, { algorithm: 'RS256', header: { alg: 'RS256', typ: 'at+jwt', kid } });
    return { access_token, token_type: 'Bearer', expires_in: this.config.ACCESS_TOKEN_TTL_S };
  }
}
