import { count } from '../../text/units.ts';
import type { Report, Row, Table } from '../model/report.ts';

/** What the columns of numbers show of a row, of the others and of all. */
export type Amounts = Omit<Row, 'cumulative'> & { readonly group?: number | undefined };

/** The last row of a table: what all rows add up to. */
export function allAmounts({ totals, cost }: Report): Amounts {
  const { forwarded, upload, download } = totals;
  return {
    bytes: Number(forwarded.bytes),
    upload: Number(upload.bytes),
    download: Number(download.bytes),
    ...{ flows: forwarded.flows, share: 1, cost: cost.total },
  };
}

/** The name of the row before it, `others (37)`; undefined when the table shows all rows. */
export function othersName({ others }: Pick<Table<unknown>, 'others'>): string | undefined {
  const { count: number, isAtLeast } = others;
  if (number === 0 && !isAtLeast) return undefined;
  return `others (${isAtLeast ? 'over ' : ''}${count(number)})`;
}
