import { fetchPage, type ListPath, type ListRequest, type RowOf } from '../../api/lists';

/** Every page of a list, one after the other, for what must be there as a whole: a map. */
export async function* everyPage<P extends ListPath>(path: P, request: ListRequest, signal?: AbortSignal): AsyncGenerator<RowOf<P>[]> {
  let cursor: string | null = null;
  do {
    const page: { items: RowOf<P>[]; next_cursor: string | null } = await fetchPage(path, { ...request, limit: 500 }, cursor);
    yield page.items;
    cursor = page.next_cursor;
  } while (cursor && !signal?.aborted);
}
