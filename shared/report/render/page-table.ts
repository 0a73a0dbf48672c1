import { counted, dollars, inUnit, percent, type Unit } from '../../text/units.ts';
import { isPriced } from '../model/labels.ts';
import type { Report, Table } from '../model/report.ts';
import { type Amounts, othersName } from './amounts.ts';
import { html, type Markup } from './markup.ts';

/** What is in a cell. */
type Content = Markup | string | number;

/**
 * One column of a table. On a phone a row is a card: `name` is its heading, `money`, `share` and `bytes` have
 * their places in it, and what is in the others follows.
 */
export interface Column<R> {
  readonly kind: 'name' | 'money' | 'share' | 'bytes' | 'number' | 'text';
  readonly head: string;
  readonly cell: (row: R) => Content;
  /** The cell in the row of the others and in that of the sums; empty without it. */
  readonly sum?: (amounts: Amounts) => Content;
  /** What is written behind a number in a card, which has no head of the column above it. */
  readonly unit?: string;
}

/** A table of the page. */
export interface PageTable<R> {
  readonly id: string;
  readonly label: string;
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly others?: Table<R>['others'] | undefined;
  /** The last row, with the sums of all columns. */
  readonly sum?: Amounts | undefined;
}

/**
 * A table. On a phone each row is a card, so that nothing is out of sight to the side; roles are spelled out because
 * a browser drops those of a table that is laid out in another way.
 */
export function pageTable<R>(table: PageTable<R>): Markup {
  const { id, label, caption, columns, rows, others, sum } = table;
  const rest = others && othersName({ others });
  return html`<table id="${id}" role="table" aria-label="${label}"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ kind, head }) => html`<th role="columnheader" scope="col" class="${kind}">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(
    (row) => html`<tr role="row">${columns.map((column) => cell(column, column.cell(row)))}</tr>
`,
  )}${rest !== undefined && others && sumRow('rest', rest, columns, others)}</tbody>
${sum && html`<tfoot role="rowgroup">${sumRow('sum', 'All', columns, sum)}</tfoot>`}</table>`;
}

function cell<R>({ kind, head, unit }: Column<R>, content: Content): Markup {
  if (kind === 'name') return html`<th role="rowheader" scope="row" class="name">${content}</th>`;
  return html`<td role="cell" class="${kind}" data-head="${head}"${unit !== undefined && html` data-unit="${unit}"`}>${content}</td>`;
}

function sumRow<R>(
  style: string,
  name: string,
  columns: readonly Column<R>[],
  amounts: Amounts,
): Markup {
  const content = (column: Column<R>) => (column.kind === 'name' ? name : column.sum?.(amounts));
  return html`<tr role="row" class="${style}">${columns.map((column) => cell(column, content(column) ?? ''))}</tr>`;
}

/** A column of numbers, the same in all rows. */
function numbers(
  column: Omit<Column<Amounts>, 'cell'>,
  show: (amounts: Amounts) => Content,
): Column<Amounts> {
  return { ...column, cell: show, sum: show };
}

/** A column of bytes in one unit; the exact number is the value, and the text that hovering shows. */
export function bytesColumn(
  head: string,
  unit: Unit,
  pick: (amounts: Amounts) => number,
  kind: 'bytes' | 'number' = 'number',
): Column<Amounts> {
  return numbers({ kind, head: `${head}, ${unit.name}`, unit: unit.name }, (amounts) => {
    const bytes = pick(amounts);
    return html`<data value="${bytes}" title="${counted(bytes, 'byte')}">${inUnit(bytes, unit)}</data>`;
  });
}

/** A column of shares: a bar in the colour of the row's source group, and the number. */
export const SHARE_COLUMN = numbers({ kind: 'share', head: 'Share' }, ({ share, group }) => {
  const width = Math.max(0, Math.min(100, Math.round(share * 1000) / 10));
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="10"/><rect class="${colourOf(group)}" width="${width}" height="10"/></svg><span>${percent(share)}</span>`;
});

/** The class of a source group's colour; without a group, that of the others. */
export function colourOf(group: number | undefined): string {
  return group === undefined ? 'rest-colour' : `c${group}`;
}

/** A column of dollars; none where rows have no price. */
export function moneyColumns(report: Report): Column<Amounts>[] {
  if (!isPriced(report)) return [];
  return [numbers({ kind: 'money', head: 'Cost' }, ({ cost }) => dollars(cost))];
}

/** A note on how much a row can be too low; undefined when all rows are exact. */
export function errorNote({ error }: { readonly error: number }, unit: Unit): Markup | undefined {
  if (error === 0) return undefined;
  return html`<p class="note">There were too many to keep apart: a row may lack up to ${inUnit(error, unit)} ${unit.name}, and one with more cannot be missing.</p>`;
}
