import { Button, Group, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, type Filters, type ListPath, type RowOf } from '../../api/lists';
import { useKept } from '../kept';
import { useParamsInUrl } from '../search-params';
import { Nothing, Trouble, Waiting } from '../states';
import { ColumnChoice } from './column-choice';
import { FilterBar } from './filter-bar';
import { useListKeys } from './list-keys';
import { ListCards, ListTable, type RowsProps } from './list-table';
import classes from './list.module.css';
import { SavedViews } from './saved-views';
import type { Column, Filter } from './types';

export interface ListPageProps<P extends ListPath> {
  /** Names what this browser keeps for the list: columns and views. */
  id: string;
  title: string;
  path: P;
  pathParams?: Readonly<Record<string, string>>;
  columns: Column<RowOf<P>>[];
  /** Filters that always hold here. */
  fixed?: Filters;
  filters?: Filter[];
  /** Name of the server's search parameter. */
  search?: { name: string; label: string };
  keyOf?: (row: RowOf<P>) => string;
  hrefOf?: (row: RowOf<P>) => string;
  actions?: ReactNode;
  /** Acts on chosen rows; with it, rows can be chosen. */
  bulk?: (chosen: RowOf<P>[], clear: () => void) => ReactNode;
  empty?: { title: string; hint?: string; action?: ReactNode };
  refetchEveryMs?: number;
  /** Inside a tab: no heading of its own, and the address keeps belonging to the page around it. */
  inner?: boolean;
}

const idOf = (row: unknown): string => String((row as { id?: unknown }).id);

/** A list as everybody expects it: search, filters and sort in the address, columns to choose, keys j, k and Enter. */
export function ListPage<P extends ListPath>(props: ListPageProps<P>): ReactNode {
  const { t } = useTranslation();
  const { keyOf = idOf, filters = [], fixed = {}, inner } = props;
  const [params, setParams] = useListParams(inner);
  const names = [...filters.map((filter) => filter.name), ...(props.search ? [props.search.name] : []), 'sort'];
  const asked = Object.fromEntries(names.flatMap((name) => (params[name] ? [[name, params[name]]] : [])));
  const list = useList(props.path, { query: { ...asked, ...fixed }, ...(props.pathParams ? { path: props.pathParams } : {}) }, props.refetchEveryMs ? { refetchInterval: props.refetchEveryMs } : {});
  const [columnIds, setColumnIds] = useKept<string[]>(`columns.${props.id}`, props.columns.filter((c) => !c.hidden).map((c) => c.id));
  const columns = props.columns.filter((column, index) => index === 0 || columnIds.includes(column.id));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const navigate = useNavigate();
  const { active, box } = useListKeys(list.rows.length, (index) => {
    const row = list.rows[index];
    if (row && props.hrefOf) void navigate({ to: props.hrefOf(row) });
  });
  const narrowed = Object.keys(asked).some((name) => name !== 'sort');
  const chosenRows = useMemo(() => list.rows.filter((row) => chosen.has(keyOf(row))), [list.rows, chosen, keyOf]);
  const toggle = (id: string): void => setChosen((old) => new Set(old.has(id) ? [...old].filter((other) => other !== id) : [...old, id]));
  const rows: RowsProps<RowOf<P>> = {
    caption: props.title,
    rows: list.rows,
    columns,
    keyOf,
    hrefOf: props.hrefOf,
    active,
    selection: props.bulk ? { chosen, toggle } : undefined,
    sort: params['sort'],
    onSort: (sort) => setParams({ sort }),
  };
  const clear = (): void => setParams(Object.fromEntries(names.map((name) => [name, undefined])));
  return (
    <section ref={box} aria-label={props.title}>
      {!inner && (
        <Group justify="space-between" gap="xs">
          <Title order={1} size="h3">
            {props.title}
          </Title>
          <Group gap="xs">{props.actions}</Group>
        </Group>
      )}
      <div className={classes.bar}>
        <FilterBar search={props.search} filters={filters} params={params} onChange={setParams} onClear={narrowed ? clear : undefined} />
        {inner && <Group ml="auto">{props.actions}</Group>}
        <Group gap={4} ml={inner ? undefined : 'auto'}>
          {!inner && <SavedViews id={props.id} current={asked} onApply={(view) => setParams({ ...Object.fromEntries(names.map((name) => [name, undefined])), ...view })} />}
          <ColumnChoice columns={props.columns} chosen={columnIds} onChange={setColumnIds} />
        </Group>
      </div>
      {props.bulk && chosenRows.length > 0 && <Group mb="xs">{props.bulk(chosenRows, () => setChosen(new Set()))}</Group>}
      <Rows list={list} rows={rows} empty={narrowed ? { title: t('kit:list.none_match'), action: <Button size="xs" variant="light" onClick={clear}>{t('kit:list.clear')}</Button> } : props.empty} />
    </section>
  );
}

/** On a page the address keeps what is chosen; inside a tab the tab does. */
function useListParams(inner: boolean | undefined): [Readonly<Record<string, string>>, (change: Record<string, string | undefined>) => void] {
  const inUrl = useParamsInUrl();
  const [own, setOwn] = useState<Record<string, string>>({});
  if (!inner) return inUrl;
  const change = (next: Record<string, string | undefined>): void => setOwn((old) => Object.fromEntries(Object.entries({ ...old, ...next }).filter((entry): entry is [string, string] => entry[1] !== undefined)));
  return [own, change];
}

function Rows<P extends ListPath>({ list, rows, empty }: { list: ReturnType<typeof useList<P>>; rows: RowsProps<RowOf<P>>; empty: ListPageProps<P>['empty'] }): ReactNode {
  const { t } = useTranslation();
  const phone = useMediaQuery('(max-width: 48em)');
  if (list.isPending) return <Waiting />;
  if (list.isError && list.rows.length === 0) return <Trouble error={list.error} again={() => void list.refetch()} />;
  if (list.rows.length === 0) return <Nothing {...(empty ?? { title: t('kit:list.empty') })} />;
  return (
    <div aria-busy={list.isFetching}>
      {phone ? <ListCards {...rows} /> : <div className={classes.scroll}><ListTable {...rows} /></div>}
      <div className={classes.foot}>
        <span role="status">{t(list.hasNextPage ? 'kit:list.shown_more' : 'kit:list.shown', { count: list.rows.length })}</span>
        {list.hasNextPage && (
          <Button size="xs" variant="light" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('kit:list.more')}
          </Button>
        )}
      </div>
    </div>
  );
}
