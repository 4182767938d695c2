import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Refusal } from '../http/refusal';
import { ReturnsRaw } from '../http/returns';
import { Accounts } from './accounts.service';
import { sendPage } from './oauth.controller';
import { escapeHtml, formPage, messagePage, type FormPage } from './pages';
import { Public } from './permit';

type Form = Record<string, unknown> | undefined;

/** The pages of a server that has no other face yet: its front door, and first-run set-up. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(private readonly accounts: Accounts) {}

  @Get()
  @Public('the front door')
  @ReturnsRaw('text/html')
  async home(@Res() res: Response): Promise<void> {
    const setup = (await this.accounts.needsSetup()) ? '<p><a href="/setup">Set up this server</a>: it has no users yet.</p>' : '';
    sendPage(res, 200, (nonce) =>
      messagePage('Fleet ERP', `<p>This server is running.</p>${setup}<p><a href="/api/docs">API documentation</a>: press Authorize there to sign in and try every route.</p>`, nonce),
    );
  }

  @Get('setup')
  @Public('first-run set-up page')
  @ReturnsRaw('text/html')
  async show(@Res() res: Response): Promise<void> {
    if (!(await this.accounts.needsSetup())) return sendPage(res, 200, (nonce) => messagePage('This server is set up', '<p>Sign in, or ask its admin to invite you.</p><p><a href="/api/docs">API documentation</a></p>', nonce));
    sendPage(res, 200, (nonce) => formPage(setupForm({}), nonce));
  }

  @Post('setup')
  @Public('takes the set-up form; the printed token is the proof')
  @ReturnsRaw('text/html')
  async submit(@Body() form: Form, @Res() res: Response): Promise<void> {
    const text = (name: string): string => (typeof form?.[name] === 'string' ? form[name].trim() : '');
    try {
      const account = { name: text('account_name'), time_zone: text('time_zone') || 'UTC', currency: (text('currency') || 'USD').toUpperCase() };
      if (!account.name || !text('email') || !text('name')) throw new Refusal('invalid', 'INCOMPLETE', 'Fill in every field.');
      await this.accounts.setUp(text('token'), account, { email: text('email'), name: text('name'), password: text('password') });
      sendPage(res, 201, (nonce) => messagePage('Ready', `<p>${escapeHtml(account.name)} exists and you are its admin.</p><p><a href="/">Continue</a></p>`, nonce));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const again = { account_name: text('account_name'), time_zone: text('time_zone'), currency: text('currency'), name: text('name'), email: text('email'), token: text('token') };
      sendPage(res, 400, (nonce) => formPage(setupForm(again, error.detail), nonce));
    }
  }
}

function setupForm(value: Record<string, string>, fault?: string): FormPage {
  return {
    title: 'Set up this server',
    lead: 'Creates the first account and its admin.',
    action: '/setup',
    button: 'Create',
    fault,
    fields: [
      { name: 'token', label: 'Set-up token', value: value.token ?? '', hint: 'The server printed it when it started.' },
      { name: 'account_name', label: 'Company', value: value.account_name ?? '', autocomplete: 'organization' },
      { name: 'time_zone', label: 'Time zone', value: value.time_zone ?? 'UTC', hint: 'A name like Africa/Nairobi.' },
      { name: 'currency', label: 'Currency', value: value.currency ?? 'USD' },
      { name: 'name', label: 'Your name', value: value.name ?? '', autocomplete: 'name' },
      { name: 'email', label: 'Your e-mail', type: 'email', value: value.email ?? '', autocomplete: 'username' },
      { name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters.' },
    ],
  };
}
