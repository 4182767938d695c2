import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard, BearerStrategy, VerifiedTokens } from './access.guard';
import { AccessTokens } from './access-token';
import { Accounts } from './accounts.service';
import { AdminController } from './admin.controller';
import { MachineClients } from './clients.service';
import { Directory } from './directory.service';
import { authGrants } from './grants';
import { Invitations } from './invitations.service';
import { MeController } from './me.controller';
import { OAuthController } from './oauth.controller';
import { OAuth } from './oauth.service';
import { PagesController } from './pages.controller';
import { Principals } from './principals';
import { PermissionTable, type Grants } from './roles';
import { Sessions } from './sessions.service';
import { SignIn } from './sign-in.service';
import { SigningKeys } from './signing-keys';
import { Throttle } from './throttle';
import { TotpRotation } from './totp-rotation';

@Global()
@Module({})
export class AuthModule {
  static forRoot(grants: Grants[]): DynamicModule {
    return {
      module: AuthModule,
      controllers: [OAuthController, PagesController, MeController, AdminController],
      providers: [
        { provide: PermissionTable, useValue: new PermissionTable(Object.assign({}, authGrants, ...grants) as Grants) },
        { provide: APP_GUARD, useClass: AccessGuard },
        AccessTokens,
        Accounts,
        BearerStrategy,
        Directory,
        Invitations,
        MachineClients,
        OAuth,
        Principals,
        Sessions,
        SignIn,
        SigningKeys,
        Throttle,
        TotpRotation,
        VerifiedTokens,
      ],
      exports: [PermissionTable, Accounts, Directory, MachineClients, Principals, SigningKeys],
    };
  }
}
