import { applyDecorators, createParamDecorator, HttpException, Inject, mixin, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { Request } from 'express';
import { EMPTY } from 'rxjs';
import { CONFIG, type Config } from '../config';
import { invalid, Refusal } from '../http/refusal';
import { tooLarge } from './collect';
import { UPLOAD_OPTIONS, type UploadOptions } from './uploads';

/** A file as it arrived: bytes and a name nobody has checked yet. `FileStore.store` checks both. */
export interface Upload {
  content: Buffer;
  original_name: string;
}

interface MulterFile {
  buffer: Buffer;
  originalname: string;
}

type WithFile = Request & { file?: MulterFile };

/**
 * The route takes multipart/form-data with one file in this field; `@Uploaded()` hands it over, `@Body()` the other fields.
 * `fields` describes those for the API documentation.
 */
export function TakesFile(field = 'file', fields: Record<string, object> = {}): MethodDecorator {
  const properties = { [field]: { type: 'string', format: 'binary' }, ...fields };
  return applyDecorators(UseGuards(receiver(field)), ApiConsumes('multipart/form-data'), ApiBody({ schema: { type: 'object', required: [field], properties } as never }));
}

export const Uploaded = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const file = context.switchToHttp().getRequest<WithFile>().file;
  if (!file) throw new Error('@Uploaded() needs @TakesFile() on its route');
  return { content: file.buffer, original_name: file.originalname };
});

/**
 * Nest's FileInterceptor, run where guards run: after the caller is known, and before the interceptor that may open a unit
 * of work. A slow upload must not hold a database connection.
 */
function receiver(field: string): new (...args: never[]) => CanActivate {
  class Receiver implements CanActivate {
    private readonly multer: { intercept(context: ExecutionContext, next: { handle: () => typeof EMPTY }): unknown };

    constructor(
      @Inject(UPLOAD_OPTIONS) options: UploadOptions,
      @Inject(CONFIG) private readonly config: Config,
    ) {
      this.multer = new (FileInterceptor(field) as unknown as new (options: UploadOptions) => Receiver['multer'])(options);
    }

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const req = context.switchToHttp().getRequest<WithFile>();
      if (!/^multipart\/form-data\b/i.test(req.header('content-type') ?? '')) {
        throw new Refusal('unsupported', 'UNSUPPORTED_MEDIA_TYPE', `Send multipart/form-data with the file in the field "${field}".`);
      }
      try {
        await this.multer.intercept(context, { handle: () => EMPTY });
      } catch (error) {
        throw coded(error, this.config.FILE_LIMIT_MB, field);
      }
      if (!req.file) throw invalid('FILE_MISSING', `There is no file in the field "${field}".`, { errors: [{ field, code: 'required', detail: `${field} is required` }] });
      if (req.file.buffer.length === 0) throw invalid('FILE_EMPTY', 'The file is empty.');
      return true;
    }
  }
  return mixin(Receiver) as never;
}

const oneFileOnly = new Set(['LIMIT_UNEXPECTED_FILE', 'LIMIT_FILE_COUNT']);

/** What multer and its parser say, in codes programs can rely on. */
function coded(error: unknown, limitMb: number, field: string): unknown {
  if (!(error instanceof HttpException)) return error;
  if (error.getStatus() === 413) return tooLarge(limitMb);
  if (oneFileOnly.has((error.cause as { code?: string } | undefined)?.code ?? '')) return invalid('FILE_FIELD_UNKNOWN', `Send exactly one file, in the field "${field}".`);
  return invalid('MALFORMED_MULTIPART', 'The form is broken, cut off, or has too many or too large fields.');
}
