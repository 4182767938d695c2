import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { decode } from 'jsonwebtoken';
import { ExtractJwt, Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { Clock } from '../clock';
import { CONFIG, publicUrl, type Config } from '../config';
import type { Actor } from '../database';
import { forbidden, Refusal } from '../http/refusal';
import { audience, type AccessClaims } from './access-token';
import { ACCESS, type AccessRule } from './permit';
import { Principals } from './principals';
import { SigningKeys } from './signing-keys';

const verifiedMax = 10_000;

function bearerOf(req: Request): string {
  const header = req.headers.authorization;
  return header?.startsWith('Bearer ') ? header.slice(7) : '';
}

/** Signatures checked already. Checking RSA again for every request of a token would cost more than the rest of the guard. */
@Injectable()
export class VerifiedTokens {
  private readonly claimsOf = new Map<string, AccessClaims>();

  constructor(private readonly clock: Clock) {}

  remember(token: string, claims: AccessClaims): void {
    if (token === '') return;
    if (this.claimsOf.size >= verifiedMax) this.claimsOf.delete(this.claimsOf.keys().next().value ?? '');
    this.claimsOf.set(token, claims);
  }

  recall(token: string): AccessClaims | undefined {
    const claims = this.claimsOf.get(token);
    if (!claims || claims.exp * 1000 > this.clock.now().getTime()) return claims;
    this.claimsOf.delete(token);
    return undefined;
  }
}

/** Bearer tokens of ours only: our key, our issuer, RS256, type at+jwt. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(
    keys: SigningKeys,
    @Inject(CONFIG) config: Config,
    private readonly principals: Principals,
    private readonly verified: VerifiedTokens,
    private readonly clock: Clock,
  ) {
    const keyOf: SecretOrKeyProvider = (_req, token: string, done) => {
      const header = decode(token, { complete: true })?.header;
      if (!header?.kid || header.typ !== 'at+jwt') return done(new NotOurToken('not an access token'));
      keys.verifying(header.kid).then(
        // passport-jwt hands this to jsonwebtoken, which takes a KeyObject; a PEM string would be parsed on every request.
        (key) => (key ? done(null, key as never) : done(new NotOurToken('unknown key'))),
        (error: unknown) => done(error),
      );
    };
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKeyProvider: keyOf, algorithms: ['RS256'], issuer: publicUrl(config), audience, ignoreExpiration: true, passReqToCallback: true });
  }

  async validate(req: Request, claims: AccessClaims): Promise<Actor | false> {
    // The library would ask the machine for the time; here the house's clock counts.
    if (!(claims.exp * 1000 > this.clock.now().getTime())) throw unauthenticated('TOKEN_EXPIRED', 'The access token has expired. Refresh it.');
    const actor = await this.principals.actorOf(claims);
    if (actor) this.verified.remember(bearerOf(req), claims);
    return actor ?? false;
  }
}

/** Every route passes here: no declaration, no entry. */
@Injectable()
export class AccessGuard extends AuthGuard('bearer') {
  constructor(
    private readonly reflector: Reflector,
    private readonly clock: Clock,
    private readonly principals: Principals,
    private readonly verified: VerifiedTokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    if (access?.public) return true;
    if (!access?.permission) throw forbidden('FORBIDDEN', 'This route declares no permission, so nobody may use it.');
    const actor = await this.actorOf(context);
    if (!actor.permissions.has(access.permission)) throw forbidden('FORBIDDEN', `This needs the permission ${access.permission}.`);
    if (access.steppedUp && !isFresh(actor, this.clock.now(), this.config.STEP_UP_TTL_S)) throw stepUpRequired(this.config.STEP_UP_TTL_S);
    return true;
  }

  private async actorOf(context: ExecutionContext): Promise<Actor> {
    const req = context.switchToHttp().getRequest<Request & { user: Actor }>();
    // A door before this one has proven who it is by other means: a signature over the body.
    if (req.user) return req.user;
    const claims = this.verified.recall(bearerOf(req));
    const known = claims && (await this.principals.actorOf(claims));
    if (known) req.user = known;
    else await super.canActivate(context);
    return req.user;
  }

  override handleRequest<A>(error: unknown, user: A, info: Error | undefined): A {
    if (user) return user;
    if (error) throw error;
    if (info?.message === 'No auth token') throw unauthenticated('UNAUTHENTICATED', 'Sign in first: send an access token as "Authorization: Bearer …".', 'Bearer');
    // Keys that cannot be read are no fault of the token: a client told 401 would throw its session away.
    if (info && !(info instanceof NotOurToken) && !/^(JsonWebToken|TokenExpired|NotBefore|Syntax)Error$/.test(info.name)) throw info;
    throw unauthenticated('UNAUTHENTICATED', 'The access token is not valid, or its session has ended.');
  }
}

class NotOurToken extends Error {}

const unauthenticated = (code: string, detail: string, challenge = 'Bearer error="invalid_token"'): Refusal =>
  new Refusal('unauthenticated', code, detail, { headers: { 'www-authenticate': challenge } });

export const isFresh = (actor: Actor, now: Date, ttlS: number): boolean =>
  actor.steppedUpAt !== undefined && now.getTime() - actor.steppedUpAt.getTime() <= ttlS * 1000;

export const stepUpRequired = (ttlS: number): Refusal =>
  new Refusal('forbidden', 'STEP_UP_REQUIRED', `Prove your second factor first (POST /api/v1/auth/step-up); it counts for ${Math.round(ttlS / 60)} min.`);
