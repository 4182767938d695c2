export { bodyPipe } from './body-pipe';
export { Day, Decimal, fieldsOf, Flag, Instant, Int, Json, Nested, OneOf, Text, Uuid, type Constructor, type FieldOptions } from './fields';
export { IdempotencyInterceptor } from './idempotency.interceptor';
export { everyRow, ListQuery, listPage, Where, type ListSpec, type Page, type SortColumn } from './paging';
export { DescribesId, DescribesIfMatch, Id, IfMatch } from './params';
export { ProblemFilter } from './problem.filter';
export { conflict, expectVersion, forbidden, invalid, notFound, Refusal, rule, type FieldError, type RefusalKind } from './refusal';
export { currentRequestId, requestContext, withRequestId } from './request-context';
export { Returns, RETURNS, ReturnsInterceptor, ReturnsList, ReturnsNothing, ReturnsRaw, type ReturnShape } from './returns';
