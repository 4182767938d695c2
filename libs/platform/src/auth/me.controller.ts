import { Body, Controller, Delete, Get, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Db, type Actor } from '../database';
import { CONFIG, type Config } from '../config';
import { forbidden, Id, ListQuery, listPage, Returns, ReturnsList, ReturnsNothing, Where } from '../http';
import { Accounts } from './accounts.service';
import { ChangePasswordBody, ColleaguesQuery, ColleagueView, LoginBody, MembershipView, MeView, RefreshBody, SessionsQuery, SessionView, TokensView, TotpBody, TotpEnrolmentView } from './auth.dto';
import { callerOf } from './caller';
import { Directory } from './directory.service';
import { By, Permit, Public } from './permit';
import { Sessions } from './sessions.service';
import { SignIn } from './sign-in.service';

/** What everybody does with their own access: signing in and out, the second factor, own sessions. */
@ApiTags('auth')
@Controller('api/v1/auth')
export class MeController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    private readonly directory: Directory,
    private readonly accounts: Accounts,
    private readonly db: Db,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('login')
  @Public('signs in')
  @Returns(TokensView)
  login(@Body() body: LoginBody, @Req() req: Request): Promise<TokensView> {
    return this.signIn.login({ email: body.email, password: body.password, totp: body.totp, accountId: body.account_id }, 'fleet-web', callerOf(req));
  }

  @Post('refresh')
  @Public('holding the refresh token is the proof')
  @Returns(TokensView)
  refresh(@Body() body: RefreshBody): Promise<TokensView> {
    return this.sessions.refresh(body.refresh_token, undefined);
  }

  @Post('logout')
  @Permit('auth.self.use')
  @ReturnsNothing()
  async logout(@By() actor: Actor): Promise<void> {
    await this.sessions.kill(actor, ownSession(actor), actor.id);
  }

  @Post('step-up')
  @Permit('auth.self.use')
  @Returns(TokensView, { about: 'A token with a fresh second factor.' })
  async stepUp(@By() actor: Actor, @Body() body: TotpBody): Promise<TokensView> {
    ownSession(actor);
    return this.sessions.stepUp(actor, await this.signIn.proveSecondFactor(actor, body.totp));
  }

  @Get('me')
  @Permit('auth.self.use')
  @Returns(MeView)
  async me(@By() actor: Actor): Promise<MeView> {
    ownSession(actor);
    const [person, account] = await Promise.all([this.directory.get(actor, actor.id), this.accounts.get(actor)]);
    return {
      ...person,
      account_id: account.id,
      account_name: account.name,
      time_zone: account.time_zone,
      currency: account.currency,
      distance_unit: account.distance_unit,
      fuel_unit: account.fuel_unit,
      locale: account.locale,
      permissions: [...(actor.permissions as ReadonlySet<string>)].sort(),
      stepped_up_at: actor.steppedUpAt ?? null,
    };
  }

  @Get('memberships')
  @Permit('auth.self.use')
  @ReturnsList(MembershipView, { about: 'Accounts this person may enter.' })
  async memberships(@By() actor: Actor): Promise<{ items: MembershipView[]; next_cursor: null }> {
    ownSession(actor);
    const items = await this.db.systemRead('auth.memberships', (tx) =>
      tx.sql<MembershipView>(
        `select m.account_id, a.name as account_name, m.role from auth.membership m join auth.account a on a.id = m.account_id where m.user_id = $1 and m.disabled_at is null order by a.name`,
        [actor.id],
      ),
    );
    return { items, next_cursor: null };
  }

  @Get('colleagues')
  @Permit('auth.colleague.read')
  @ReturnsList(ColleagueView, { about: 'Who is behind ids in histories: names of members of the own account, nothing else of them.' })
  async colleagues(@By() actor: Actor, @Query() { ids }: ColleaguesQuery): Promise<{ items: ColleagueView[]; next_cursor: null }> {
    return { items: await this.directory.names(actor, ids.split(',')), next_cursor: null };
  }

  @Post('password')
  @Permit('auth.self.use')
  @ReturnsNothing()
  async changePassword(@By() actor: Actor, @Body() body: ChangePasswordBody): Promise<void> {
    ownSession(actor);
    await this.directory.changePassword(actor, body.current_password, body.new_password);
  }

  @Post('totp')
  @Permit('auth.self.use')
  @Returns(TotpEnrolmentView, { status: 201 })
  enrolTotp(@By() actor: Actor): Promise<TotpEnrolmentView> {
    ownSession(actor);
    return this.directory.enrolTotp(actor);
  }

  @Post('totp/confirm')
  @Permit('auth.self.use')
  @ReturnsNothing()
  async confirmTotp(@By() actor: Actor, @Body() body: TotpBody): Promise<void> {
    ownSession(actor);
    await this.directory.confirmTotp(actor, body.totp);
  }

  @Get('sessions')
  @Permit('auth.self.use')
  @ReturnsList(SessionView)
  ownSessions(@By() actor: Actor, @Query() query: ListQuery): Promise<{ items: SessionView[]; next_cursor: string | null }> {
    ownSession(actor);
    return this.openSessions(actor, { ...query, user_id: actor.id });
  }

  @Delete('sessions/:id')
  @Permit('auth.self.use')
  @ReturnsNothing()
  async endOwnSession(@By() actor: Actor, @Id() id: string): Promise<void> {
    ownSession(actor);
    await this.sessions.kill(actor, id, actor.id);
  }

  @Get('account_sessions')
  @Permit('auth.session.read')
  @ReturnsList(SessionView, { about: 'Open sessions of everybody in the account.' })
  accountSessions(@By() actor: Actor, @Query() query: SessionsQuery): Promise<{ items: SessionView[]; next_cursor: string | null }> {
    return this.openSessions(actor, query);
  }

  @Delete('account_sessions/:id')
  @Permit('auth.session.end')
  @ReturnsNothing()
  async endSession(@By() actor: Actor, @Id() id: string): Promise<void> {
    await this.sessions.kill(actor, id);
  }

  private openSessions(actor: Actor, query: SessionsQuery): Promise<{ items: SessionView[]; next_cursor: string | null }> {
    const where = new Where().and('s.ended_at is null').and('s.account_id = ?', actor.accountId).and('s.user_id = ?', query.user_id);
    const spec = {
      select: 's.*',
      from: 'auth.session s',
      where,
      sorts: { last_used_at: { sql: 's.last_used_at', type: 'timestamptz' as const } },
      defaultSort: '-last_used_at',
      key: { sql: 's.id', type: 'uuid' as const },
    };
    return this.db.read(actor, async (tx) => {
      const page = await listPage<SessionView>(tx, spec, query);
      return { items: page.items.map((s) => ({ ...s, current: s.id === actor.sessionId })), next_cursor: page.next_cursor };
    });
  }
}

/** Machine clients have no session, so nothing here is theirs. */
function ownSession(actor: Actor): string {
  if (!actor.sessionId) throw forbidden('PEOPLE_ONLY', 'Only a signed-in person can do this; a machine client has no session.');
  return actor.sessionId;
}
