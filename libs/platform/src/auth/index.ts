export { Accounts } from './accounts.service';
export { AuthModule } from './auth.module';
export { MachineClients } from './clients.service';
export { Directory } from './directory.service';
export { ACCESS, By, Permit, Public, type AccessRule } from './permit';
export { Principals } from './principals';
export { everyone, PermissionTable, roles, staff, type Grants, type Role } from './roles';
export { SigningKeys } from './signing-keys';
export { newTotpSecret, totpAt, totpStep } from './totp';
