import type { Filter } from '../../shared/report/model/filter/dimensions.ts';
import { filtersText, readFilters } from '../../shared/report/render/pick.ts';

/** What the page shows, as its address has it after `#`. */
export interface View {
  readonly filters: readonly Filter[];
  /** Only rows with this text are shown. */
  readonly search: string;
  /** The tables that show all rows, by their id. */
  readonly full: readonly string[];
  readonly sort: Sort | undefined;
}

/** The order of a table's rows, by one of its columns. */
export interface Sort {
  readonly table: string;
  readonly column: number;
  readonly isDescending: boolean;
}

/** The view in an address; the name of a section alone is an empty view. */
export function readView(hash: string): View {
  const text = hash.replace(/^#/, '');
  const parameters = new URLSearchParams(text.includes('=') ? text : '');
  const [table = '', column = '', order] = (parameters.get('sort') ?? '').split(' ');
  const isSorted = table !== '' && /^\d{1,2}$/.test(column);
  return {
    filters: readFilters(parameters.toString()),
    search: parameters.get('search') ?? '',
    full: parameters.getAll('all'),
    sort: isSorted ? { table, column: Number(column), isDescending: order !== 'up' } : undefined,
  };
}

/** The part of an address after `#`. */
export function viewText({ filters, search, full, sort }: View): string {
  const parameters = new URLSearchParams(filtersText(filters));
  if (search !== '') parameters.set('search', search);
  for (const table of full) parameters.append('all', table);
  if (sort !== undefined) {
    const { table, column, isDescending } = sort;
    parameters.set('sort', `${table} ${column} ${isDescending ? 'down' : 'up'}`);
  }
  return parameters.toString();
}

/** Adds the filters; takes them away where all of them are there. */
export function toggled(filters: readonly Filter[], picked: readonly Filter[]): Filter[] {
  const isIn = (some: readonly Filter[]) => (one: Filter) =>
    some.some(({ by, is }) => by === one.by && is === one.is);
  if (picked.every(isIn(filters))) return filters.filter((each) => !isIn(picked)(each));
  return [...filters, ...picked.filter((each) => !isIn(filters)(each))];
}
