import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Rotation } from '../crypto';
import { totpPlace } from './sign-in.service';

/** Tells key rotation which sealed columns this room keeps. */
@Injectable()
export class TotpRotation implements OnModuleInit {
  constructor(private readonly rotation: Rotation) {}

  onModuleInit(): void {
    this.rotation.alsoRewrap({ table: 'auth.app_user', id: 'id', column: 'totp_sealed', place: totpPlace });
    this.rotation.alsoRewrap({ table: 'auth.signing_key', id: 'kid', column: 'private_sealed', place: (kid) => `auth.signing_key:${kid}` });
  }
}
