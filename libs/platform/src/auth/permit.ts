import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiOAuth2 } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Actor } from '../database';

export interface AccessRule {
  permission?: string;
  public?: string;
  steppedUp?: true;
}

export const ACCESS = 'fleet:access';

/** The permission a caller needs. `steppedUp` also asks for a fresh second factor. */
export function Permit(permission: string, options: { steppedUp?: true } = {}): MethodDecorator & ClassDecorator {
  const access: AccessRule = { permission, ...options };
  return applyDecorators(SetMetadata(ACCESS, access), ApiBearerAuth(), ApiOAuth2([]), ApiExtension('x-permission', permission));
}

/** Open to anybody. The reason is read by whoever reviews the list of open doors. */
export function Public(reason: string): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ACCESS, { public: reason } satisfies AccessRule), ApiExtension('x-public', reason));
}

/** The signed-in caller. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const user = context.switchToHttp().getRequest<Request & { user?: Actor }>().user;
  if (!user) throw new Error('@By() on a public route');
  return user;
});
