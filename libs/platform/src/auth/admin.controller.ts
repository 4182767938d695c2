import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Actor } from '../database';
import { DescribesIfMatch, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsNothing, type Page } from '../http';
import { Accounts } from './accounts.service';
import {
  AcceptedView,
  AcceptInvitationBody,
  AccountView,
  AmendAccountBody,
  AmendParkBody,
  AmendPersonBody,
  ClientBody,
  ClientView,
  InvitationView,
  InviteBody,
  ParkBody,
  ParkView,
  PeopleQuery,
  PersonView,
  SetupBody,
  SetupStateView,
} from './auth.dto';
import { MachineClients } from './clients.service';
import { Directory } from './directory.service';
import { Invitations } from './invitations.service';
import { By, Permit, Public } from './permit';

/** What an admin does: people, invitations, parks, machine clients, the account itself. */
@ApiTags('auth')
@Controller('api/v1/auth')
export class AdminController {
  constructor(
    private readonly accounts: Accounts,
    private readonly directory: Directory,
    private readonly invitations: Invitations,
    private readonly clients: MachineClients,
  ) {}

  @Get('setup')
  @Public('tells a fresh server from a used one')
  @Returns(SetupStateView)
  async setupState(): Promise<SetupStateView> {
    return { needed: await this.accounts.needsSetup() };
  }

  @Post('setup')
  @Public('first run: the set-up token printed by the server is the proof')
  @Returns(AcceptedView, { status: 201 })
  async setUp(@Body() body: SetupBody): Promise<AcceptedView> {
    const account = { name: body.account_name, ...(body.time_zone ? { time_zone: body.time_zone } : {}), ...(body.currency ? { currency: body.currency } : {}) };
    const { accountId, adminId } = await this.accounts.setUp(body.token, account, { email: body.email, name: body.name, password: body.password });
    return { user_id: adminId, account_id: accountId };
  }

  @Get('account')
  @Permit('auth.account.read')
  @Returns(AccountView)
  account(@By() actor: Actor): Promise<AccountView> {
    return this.accounts.get(actor);
  }

  @Patch('account')
  @Permit('auth.account.write')
  @DescribesIfMatch()
  @Returns(AccountView)
  amendAccount(@By() actor: Actor, @Body() body: AmendAccountBody, @IfMatch() version: number | undefined): Promise<AccountView> {
    return this.accounts.amend(actor, body, version);
  }

  @Get('parks')
  @Permit('auth.park.read')
  @ReturnsList(ParkView)
  parks(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<ParkView>> {
    return this.accounts.parks(actor, query);
  }

  @Post('parks')
  @Permit('auth.park.write')
  @Returns(ParkView, { status: 201 })
  openPark(@By() actor: Actor, @Body() body: ParkBody): Promise<ParkView> {
    return this.accounts.openPark(actor, body);
  }

  @Patch('parks/:id')
  @Permit('auth.park.write')
  @DescribesIfMatch()
  @Returns(ParkView)
  amendPark(@By() actor: Actor, @Id() id: string, @Body() body: AmendParkBody, @IfMatch() version: number | undefined): Promise<ParkView> {
    return this.accounts.amendPark(actor, id, body, version);
  }

  @Get('users')
  @Permit('auth.user.read')
  @ReturnsList(PersonView)
  people(@By() actor: Actor, @Query() query: PeopleQuery): Promise<Page<PersonView>> {
    return this.directory.list(actor, query);
  }

  @Get('users/:id')
  @Permit('auth.user.read')
  @Returns(PersonView)
  person(@By() actor: Actor, @Id() id: string): Promise<PersonView> {
    return this.directory.get(actor, id);
  }

  @Patch('users/:id')
  @Permit('auth.user.write')
  @DescribesIfMatch()
  @Returns(PersonView)
  amendPerson(@By() actor: Actor, @Id() id: string, @Body() body: AmendPersonBody, @IfMatch() version: number | undefined): Promise<PersonView> {
    return this.directory.amend(actor, id, body, version);
  }

  @Post('users/:id/reset_password')
  @Permit('auth.user.write')
  @Returns(InvitationView, { status: 201, about: 'A one-time link for the person.' })
  resetPassword(@By() actor: Actor, @Id() id: string): Promise<InvitationView> {
    return this.invitations.resetPassword(actor, id);
  }

  @Post('users/:id/reset_totp')
  @Permit('auth.user.write')
  @ReturnsNothing()
  async resetTotp(@By() actor: Actor, @Id() id: string): Promise<void> {
    await this.directory.resetTotp(actor, id);
  }

  @Get('invitations')
  @Permit('auth.user.read')
  @ReturnsList(InvitationView)
  openInvitations(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<InvitationView>> {
    return this.invitations.list(actor, query);
  }

  @Post('invitations')
  @Permit('auth.user.write')
  @Returns(InvitationView, { status: 201 })
  invite(@By() actor: Actor, @Body() body: InviteBody): Promise<InvitationView> {
    return this.invitations.invite(actor, body);
  }

  @Delete('invitations/:id')
  @Permit('auth.user.write')
  @ReturnsNothing()
  async revokeInvitation(@By() actor: Actor, @Id() id: string): Promise<void> {
    await this.invitations.revoke(actor, id);
  }

  @Post('invitations/accept')
  @Public('holding the one-time link is the proof')
  @Returns(AcceptedView)
  async accept(@Body() body: AcceptInvitationBody): Promise<AcceptedView> {
    const { userId, accountId } = await this.invitations.accept(body.token, { name: body.name, password: body.password });
    return { user_id: userId, account_id: accountId };
  }

  @Get('clients')
  @Permit('auth.client.read')
  @ReturnsList(ClientView)
  machineClients(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<ClientView>> {
    return this.clients.list(actor, query);
  }

  @Post('clients')
  @Permit('auth.client.write')
  @Returns(ClientView, { status: 201, about: 'The secret is shown this once.' })
  registerClient(@By() actor: Actor, @Body() body: ClientBody, @Res({ passthrough: true }) res: Response): Promise<ClientView> {
    res.setHeader('cache-control', 'no-store');
    return this.clients.register(actor, body);
  }

  @Post('clients/:id/rotate_secret')
  @Permit('auth.client.write')
  @Returns(ClientView)
  rotateSecret(@By() actor: Actor, @Param('id') id: string): Promise<ClientView> {
    return this.clients.rotateSecret(actor, id);
  }

  @Delete('clients/:id')
  @Permit('auth.client.write')
  @ReturnsNothing()
  async disableClient(@By() actor: Actor, @Param('id') id: string): Promise<void> {
    await this.clients.disable(actor, id);
  }
}
