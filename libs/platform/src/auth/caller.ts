import type { Request } from 'express';
import type { Caller } from './sign-in.service';

export const callerOf = (req: Request): Caller => ({ address: req.ip, userAgent: req.header('user-agent') });
