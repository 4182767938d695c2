import { keepPreviousData, useInfiniteQuery, type UseInfiniteQueryResult, type InfiniteData } from '@tanstack/react-query';
import type { paths } from '../generated/api.generated';
import { api, take } from './client';

export interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
}

type AnswerOf<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer A } } } } } ? A : never;

/** Paths that answer `{items, next_cursor}`. */
export type ListPath = { [P in keyof paths]: AnswerOf<P> extends Page<object> ? P : never }[keyof paths];
export type RowOf<P extends ListPath> = AnswerOf<P> extends Page<infer Row> ? Row : never;

export type Filters = Readonly<Record<string, string | number | undefined>>;

export interface ListRequest {
  path?: Readonly<Record<string, string>>;
  query?: Filters;
  limit?: number;
}

interface LooseClient {
  GET(path: string, options: object): Promise<{ data?: unknown }>;
}

/** One page of any list. The path decides the row's type; filters are checked by the server. */
export async function fetchPage<P extends ListPath>(path: P, request: ListRequest, cursor: string | null): Promise<Page<RowOf<P>>> {
  const query = { ...request.query, limit: request.limit ?? 100, ...(cursor ? { cursor } : {}) };
  return (await take((api as unknown as LooseClient).GET(path, { params: { path: request.path ?? {}, query } }))) as Page<RowOf<P>>;
}

export const listKey = (path: ListPath, request: ListRequest = {}): unknown[] => [path, request.path ?? {}, request.query ?? {}, request.limit ?? 100];

export type ListResult<Row> = UseInfiniteQueryResult<InfiniteData<Page<Row>, string | null>, Error>;

export function useList<P extends ListPath>(path: P, request: ListRequest = {}, options: { enabled?: boolean; refetchInterval?: number } = {}): ListResult<RowOf<P>> & { rows: RowOf<P>[] } {
  const result = useInfiniteQuery({
    queryKey: listKey(path, request),
    queryFn: ({ pageParam }) => fetchPage(path, request, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    ...options,
  });
  return { ...result, rows: result.data?.pages.flatMap((page) => page.items) ?? [] } as ListResult<RowOf<P>> & { rows: RowOf<P>[] };
}
