import { Flag, Instant, Int, ListQuery, OneOf, Text, Uuid } from '../http';
import { roles, type Role } from './roles';

const emailShape = { max: 254, pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, says: 'email must be an e-mail address' };

export class LoginBody {
  @Text(emailShape) email: string;
  @Text({ max: 200 }) password: string;
  @Text({ optional: true, max: 10, about: 'Six digits of the authenticator app, when one is enrolled.' }) totp?: string;
  @Uuid({ optional: true, about: 'Which account to enter, for people in several.' }) account_id?: string;
}

export class TokensView {
  @Text() access_token: string;
  @OneOf(['Bearer']) token_type: string;
  @Int({ about: 'Seconds.' }) expires_in: number;
  @Text({ optional: true }) refresh_token?: string;
}

export class RefreshBody {
  @Text() refresh_token: string;
}

export class TotpBody {
  @Text({ max: 10, about: 'Six digits of the authenticator app.' }) totp: string;
}

export class TotpEnrolmentView {
  @Text({ about: 'To type in by hand.' }) secret: string;
  @Text({ about: 'otpauth:// address for a QR code.' }) uri: string;
}

export class ChangePasswordBody {
  @Text({ max: 200 }) current_password: string;
  @Text({ max: 200 }) new_password: string;
}

export class SessionView {
  @Uuid() id: string;
  @Uuid() user_id: string;
  @Text() client_id: string;
  @Text({ nullable: true }) user_agent: string | null;
  @Text({ nullable: true }) address: string | null;
  @Instant() created_at: Date;
  @Instant() last_used_at: Date;
  @Instant() expires_at: Date;
  @Flag({ about: 'The session this very request uses.' }) current: boolean;
}

export class MembershipView {
  @Uuid() account_id: string;
  @Text() account_name: string;
  @OneOf(roles) role: Role;
}

export class PersonView {
  @Uuid() id: string;
  @Text({ nullable: true }) email: string | null;
  @Text({ nullable: true }) name: string | null;
  @OneOf(roles, { name: 'Role' }) role: Role;
  @Uuid({ nullable: true, listMax: 500, about: 'Parks the person is limited to; null means all.' }) park_ids: string[] | null;
  @Flag({ about: 'An authenticator app is enrolled.' }) second_factor: boolean;
  @Instant({ nullable: true }) disabled_at: Date | null;
  @Instant({ nullable: true }) last_used_at: Date | null;
  @Instant() created_at: Date;
  @Int() version: number;
}

export class MeView extends PersonView {
  @Uuid() account_id: string;
  @Text() account_name: string;
  @Text() time_zone: string;
  @Text() currency: string;
  @Text() distance_unit: string;
  @Text() fuel_unit: string;
  @Text() locale: string;
  @Text({ listMax: 1000 }) permissions: string[];
  @Instant({ nullable: true }) stepped_up_at: Date | null;
}

export class AmendPersonBody {
  @OneOf(roles, { optional: true }) role?: Role;
  @Uuid({ optional: true, nullable: true, listMax: 500 }) park_ids?: string[] | null;
  @Flag({ optional: true }) disabled?: boolean;
}

export class InviteBody {
  @Text(emailShape) email: string;
  @OneOf(roles) role: Role;
  @Uuid({ optional: true, nullable: true, listMax: 500 }) park_ids?: string[] | null;
}

export class InvitationView {
  @Uuid() id: string;
  @OneOf(['join', 'reset_password']) kind: string;
  @Text({ nullable: true }) email: string | null;
  @OneOf(roles, { nullable: true }) role: Role | null;
  @Uuid({ nullable: true, listMax: 500 }) park_ids: string[] | null;
  @Instant() created_at: Date;
  @Instant() expires_at: Date;
  @Instant({ nullable: true }) accepted_at: Date | null;
  @Instant({ nullable: true }) revoked_at: Date | null;
  @Text({ optional: true, about: 'Shown once. Hand it to the person.' }) link?: string;
}

export class AcceptInvitationBody {
  @Text({ max: 100, about: 'What stands behind # in the link.' }) token: string;
  @Text({ optional: true }) name?: string;
  @Text({ max: 200 }) password: string;
}

export class AcceptedView {
  @Uuid() user_id: string;
  @Uuid() account_id: string;
}

export class AccountView {
  @Uuid() id: string;
  @OneOf(['personal', 'company']) kind: string;
  @Text() name: string;
  @Text() time_zone: string;
  @Text() currency: string;
  @OneOf(['km', 'mi']) distance_unit: string;
  @OneOf(['l', 'gal_us', 'gal_imp']) fuel_unit: string;
  @Text() locale: string;
  @Int() version: number;
}

export class AmendAccountBody {
  @Text({ optional: true }) name?: string;
  @Text({ optional: true, example: 'Africa/Nairobi' }) time_zone?: string;
  @Text({ optional: true, pattern: /^[A-Z]{3}$/, says: 'currency must be three capitals like KES' }) currency?: string;
  @OneOf(['km', 'mi'], { optional: true }) distance_unit?: 'km' | 'mi';
  @OneOf(['l', 'gal_us', 'gal_imp'], { optional: true }) fuel_unit?: 'l' | 'gal_us' | 'gal_imp';
  @OneOf(['en', 'ru', 'sw'], { optional: true }) locale?: string;
}

export class ParkBody {
  @Text({ max: 80 }) name: string;
  @Text({ optional: true, max: 80 }) city?: string;
  @Text({ optional: true }) address?: string;
}

export class AmendParkBody {
  @Text({ optional: true, max: 80 }) name?: string;
  @Text({ optional: true, nullable: true, max: 80 }) city?: string | null;
  @Text({ optional: true, nullable: true }) address?: string | null;
  @Flag({ optional: true }) closed?: boolean;
}

export class ParkView {
  @Uuid() id: string;
  @Text() name: string;
  @Text({ nullable: true }) city: string | null;
  @Text({ nullable: true }) address: string | null;
  @Instant({ nullable: true }) closed_at: Date | null;
  @Int() version: number;
}

export class ClientBody {
  @Text({ max: 80 }) name: string;
  @Text({ listMax: 100, about: 'Permissions, or a prefix like telemetry_engine.*', max: 100 }) scopes: string[];
  @Uuid({ optional: true, nullable: true, listMax: 500 }) park_ids?: string[] | null;
}

export class ClientView {
  @Text() id: string;
  @Text() name: string;
  @Text({ listMax: 100 }) scopes: string[];
  @Uuid({ nullable: true, listMax: 500 }) park_ids: string[] | null;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) last_used_at: Date | null;
  @Instant({ nullable: true }) disabled_at: Date | null;
  @Text({ optional: true, about: 'Shown once.' }) client_secret?: string;
}

export class SetupBody {
  @Text({ max: 100, about: 'Printed by the server when it starts without users.' }) token: string;
  @Text() account_name: string;
  @Text({ optional: true, example: 'Africa/Nairobi' }) time_zone?: string;
  @Text({ optional: true, pattern: /^[A-Z]{3}$/, says: 'currency must be three capitals like KES' }) currency?: string;
  @Text() name: string;
  @Text(emailShape) email: string;
  @Text({ max: 200 }) password: string;
}

export class SetupStateView {
  @Flag({ about: 'True until the first account exists.' }) needed: boolean;
}

export class PeopleQuery extends ListQuery {
  @OneOf(roles, { optional: true }) role?: Role;
}

const uuid = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

export class ColleaguesQuery {
  @Text({ max: 50 * 37, pattern: new RegExp(`^${uuid}(,${uuid}){0,49}$`), says: '$property must be 1 to 50 ids with commas between', about: 'Ids that the reader met in a record, at most 50, with commas between.' }) ids: string;
}

export class ColleagueView {
  @Uuid() id: string;
  @Text({ nullable: true, about: 'Null after the person was forgotten.' }) name: string | null;
}

export class SessionsQuery extends ListQuery {
  @Uuid({ optional: true }) user_id?: string;
}
