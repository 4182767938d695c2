import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { bodyPipe } from './body-pipe';
import { Idempotency } from './idempotency';
import { ProblemFilter } from './problem.filter';
import { AnswerInterceptor } from './returns';

/** What stands around every route: validation before it, its answer after it, and problems instead of errors. */
@Global()
@Module({
  providers: [
    Idempotency,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useValue: bodyPipe },
    { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
  ],
  exports: [Idempotency],
})
export class HttpModule {}
