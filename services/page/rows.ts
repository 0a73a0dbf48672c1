import { buttonOf } from './button.ts';
import type { Sort } from './view.ts';

/** Tables with one row are in order. */
const LEAST_ROWS = 2;

/** Makes the heads of tables buttons that sort their rows. */
export function offerSorting(sort: Sort | undefined, go: (sort: Sort | undefined) => void): void {
  for (const table of document.querySelectorAll('main table')) {
    if (rowsOf(table).length < LEAST_ROWS) continue;
    for (const [column, head] of [...table.querySelectorAll('thead th')].entries()) {
      const now = sort?.table === table.id && sort.column === column ? sort : undefined;
      offerOrder(head, now, () => {
        go(nextOf(table.id, column, now));
        const again = document.querySelectorAll<HTMLElement>(`#${CSS.escape(table.id)} .sort`);
        again[column]?.focus({ preventScroll: true });
      });
    }
  }
}

function offerOrder(head: Element, now: Sort | undefined, onclick: () => void): void {
  if (now === undefined) head.removeAttribute('aria-sort');
  else head.setAttribute('aria-sort', now.isDescending ? 'descending' : 'ascending');
  const button = buttonOf('sort', head.textContent ?? '');
  button.onclick = onclick;
  head.replaceChildren(button);
}

/** First the largest, then the smallest, then as it was. */
function nextOf(table: string, column: number, now: Sort | undefined): Sort | undefined {
  if (now === undefined) return { table, column, isDescending: true };
  return now.isDescending ? { table, column, isDescending: false } : undefined;
}

/** Puts a table's rows in order. What all others add up to stays the last. */
export function sortRows({ table: id, column, isDescending }: Sort): void {
  const table = document.getElementById(id);
  if (table === null) return;
  const keyed = rowsOf(table).map((row) => ({ row, key: keyOf(row.children[column]) }));
  keyed.sort((a, b) => (isDescending ? compare(b.key, a.key) : compare(a.key, b.key)));
  const rest = table.querySelector('tbody .rest');
  for (const { row } of keyed) {
    if (rest === null) table.querySelector('tbody')?.append(row);
    else rest.before(row);
  }
}

/** Shows rows with a text alone, and no sums, which are of all rows. */
export function hideRows(search: string): void {
  const wanted = search.trim().toLowerCase();
  for (const table of document.querySelectorAll('main table')) {
    for (const row of table.querySelectorAll<HTMLElement>('tbody tr, tfoot tr')) {
      const isSum = row.matches('.rest, .sum');
      const isShown = !isSum && (row.textContent ?? '').toLowerCase().includes(wanted);
      row.hidden = wanted !== '' && !isShown;
    }
    table.classList.toggle('none', wanted !== '' && rowsOf(table).every(({ hidden }) => hidden));
  }
}

function rowsOf(table: Element): HTMLElement[] {
  return [...table.querySelectorAll<HTMLElement>('tbody tr:not(.rest)')];
}

/** The exact number behind a cell, the number that it shows, or its text. */
function keyOf(cell: Element | undefined): number | string {
  const exact = cell?.querySelector('data')?.getAttribute('value');
  const text = (cell?.textContent ?? '').trim();
  const number = Number(exact ?? text.replaceAll(/[$%,<]/g, ''));
  return text === '' || Number.isNaN(number) ? text : number;
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
