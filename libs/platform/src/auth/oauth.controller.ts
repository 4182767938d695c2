import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { CONFIG, publicUrl, type Config } from '../config';
import { Refusal } from '../http/refusal';
import { ReturnsRaw } from '../http/returns';
import { OAuth, OAuthFault, type AuthorizeRequest } from './oauth.service';
import { formPage, messagePage } from './pages';
import { Public } from './permit';
import { Sessions } from './sessions.service';
import { SigningKeys } from './signing-keys';
import { SignIn } from './sign-in.service';
import { callerOf } from './caller';

type Form = Record<string, unknown>;
const text = (form: Form, name: string): string => (typeof form[name] === 'string' ? form[name] : '');

@ApiExcludeController()
@Controller()
export class OAuthController {
  constructor(
    private readonly oauth: OAuth,
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    private readonly keys: SigningKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('oauth/token')
  @Public('exchanges credentials for tokens')
  @ReturnsRaw('application/json')
  async token(@Body() form: Form, @Req() req: Request, @Res() res: Response): Promise<void> {
    res.setHeader('cache-control', 'no-store');
    try {
      res.status(200).json(await this.grant(form ?? {}, req));
    } catch (error) {
      const fault = asOAuthFault(error);
      if (fault.error === 'invalid_client') res.setHeader('www-authenticate', 'Basic realm="fleet"');
      res.status(fault.error === 'invalid_client' ? 401 : 400).json({ error: fault.error, error_description: fault.description });
    }
  }

  @Get('oauth/authorize')
  @Public('the sign-in page')
  @ReturnsRaw('text/html')
  authorize(@Query() query: Record<string, unknown>, @Res() res: Response): void {
    const request = this.oauth.readAuthorize(query);
    if ('fault' in request) return sendPage(res, 400, (nonce) => messagePage('Cannot sign in', `<p class="bad">${request.fault}</p>`, nonce));
    this.sendLogin(res, 200, request);
  }

  @Post('oauth/authorize')
  @Public('takes the sign-in form')
  @ReturnsRaw('text/html')
  async submit(@Body() form: Form, @Req() req: Request, @Res() res: Response): Promise<void> {
    const request = this.oauth.readAuthorize({ ...(form ?? {}), response_type: 'code', code_challenge_method: 'S256' });
    if ('fault' in request || req.header('sec-fetch-site') === 'cross-site') return sendPage(res, 400, (nonce) => messagePage('Cannot sign in', '<p class="bad">Start again from the application.</p>', nonce));
    try {
      const who = await this.signIn.authenticate({ email: text(form, 'email'), password: text(form, 'password'), totp: text(form, 'totp') || undefined }, callerOf(req));
      res.redirect(303, await this.oauth.grantCode(request, who));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.sendLogin(res, error.kind === 'throttled' ? 429 : 401, request, { email: text(form, 'email'), fault: error.detail, askTotp: error.code.startsWith('TOTP') });
    }
  }

  @Post('oauth/revoke')
  @Public('RFC 7009: holding the token is the proof')
  @ReturnsRaw('application/json')
  async revoke(@Body() form: Form, @Res() res: Response): Promise<void> {
    if (text(form ?? {}, 'token')) await this.sessions.revoke(text(form, 'token'));
    res.status(200).json({});
  }

  @Get('.well-known/jwks.json')
  @Public('public keys')
  @ReturnsRaw('application/json')
  async jwks(@Res() res: Response): Promise<void> {
    res.setHeader('cache-control', 'public, max-age=300');
    res.json({ keys: await this.keys.jwks() });
  }

  @Get('.well-known/oauth-authorization-server')
  @Public('RFC 8414 metadata')
  @ReturnsRaw('application/json')
  metadata(@Res() res: Response): void {
    const base = publicUrl(this.config);
    res.json({
      issuer: base,
      authorization_endpoint: `${base}/oauth/authorize`,
      token_endpoint: `${base}/oauth/token`,
      revocation_endpoint: `${base}/oauth/revoke`,
      jwks_uri: `${base}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      authorization_response_iss_parameter_supported: true,
    });
  }

  private async grant(form: Form, req: Request): Promise<object> {
    const grantType = text(form, 'grant_type');
    const client = clientOf(form, req);
    if (grantType === 'client_credentials') return this.oauth.exchangeSecret(client.id, client.secret);
    if (grantType === 'refresh_token') {
      if (!text(form, 'refresh_token')) throw new OAuthFault('invalid_request', 'refresh_token is missing.');
      return this.sessions.refresh(text(form, 'refresh_token'), client.id || undefined);
    }
    if (grantType === 'authorization_code') {
      return this.oauth.exchangeCode({ code: text(form, 'code'), code_verifier: text(form, 'code_verifier'), redirect_uri: text(form, 'redirect_uri'), client_id: client.id }, callerOf(req));
    }
    throw new OAuthFault(grantType ? 'unsupported_grant_type' : 'invalid_request', grantType ? `The grant ${grantType} is not supported.` : 'grant_type is missing.');
  }

  private sendLogin(res: Response, status: number, request: AuthorizeRequest, again: { email?: string; fault?: string; askTotp?: boolean } = {}): void {
    const page = {
      title: 'Sign in',
      lead: 'to your fleet',
      action: '/oauth/authorize',
      button: 'Sign in',
      fault: again.fault,
      hidden: { client_id: request.client_id, redirect_uri: request.redirect_uri, code_challenge: request.code_challenge, state: request.state },
      fields: [
        { name: 'email', label: 'E-mail', type: 'email' as const, autocomplete: 'username', value: again.email ?? '' },
        { name: 'password', label: 'Password', type: 'password' as const, autocomplete: 'current-password' },
        { name: 'totp', label: 'Code of the authenticator app', autocomplete: 'one-time-code', hint: 'Only if you have set one up.', ...(again.askTotp ? {} : { optional: true as const }) },
      ],
    };
    sendPage(res, status, (nonce) => formPage(page, nonce));
  }
}

/** Form-only page: nothing may load or frame it, its style carries a nonce. */
export function sendPage(res: Response, status: number, draw: (nonce: string) => string): void {
  const nonce = randomBytes(16).toString('base64');
  res.setHeader('content-security-policy', `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`);
  res.setHeader('cache-control', 'no-store');
  res.status(status).type('html').send(draw(nonce));
}

function clientOf(form: Form, req: Request): { id: string; secret: string } {
  const basic = /^Basic ([\w+/=]+)$/i.exec(req.header('authorization') ?? '')?.[1];
  if (!basic) return { id: text(form, 'client_id'), secret: text(form, 'client_secret') };
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':', 2);
  return { id: safeDecode(id), secret: safeDecode(secret) };
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function asOAuthFault(error: unknown): OAuthFault {
  if (error instanceof OAuthFault) return error;
  if (error instanceof Refusal && error.kind === 'unauthenticated') return new OAuthFault('invalid_grant', error.detail);
  throw error;
}
