import { rowsSortedBy } from './radix-sort.ts';

/**
 * Words of a row: the client of an answer, its time, the name and its domain. What is looked at together stands together
 * in memory, which the time of a look-up depends on.
 */
export const ROW = { client: 0, time: 1, name: 2, domain: 3, words: 4 } as const;
/** So many rows, which are mostly in order, are sorted by insertion: most peers have fewer. */
const FEW_ROWS = 32;

/** Sorts so many rows by client, then time. Those with both the same stay in their order. */
export function sortRows(rows: Uint32Array, first: number, count: number): void {
  const own = rows.subarray(ROW.words * first, ROW.words * (first + count));
  if (count > FEW_ROWS) sortByRadix(own, count);
  else for (let row = ROW.words; row < own.length; row += ROW.words) insert(own, row);
}

/** Moves a row before those that belong behind it. */
function insert(rows: Uint32Array, from: number): void {
  const client = rows[from + ROW.client] as number;
  const time = rows[from + ROW.time] as number;
  let to = from;
  for (; to > 0; to -= ROW.words) {
    const before = rows[to - ROW.words + ROW.client] as number;
    const isBehind =
      before === client ? (rows[to - ROW.words + ROW.time] as number) > time : before > client;
    if (!isBehind) break;
  }
  if (to === from) return;
  const name = rows[from + ROW.name] as number;
  const domain = rows[from + ROW.domain] as number;
  rows.copyWithin(to + ROW.words, to, from);
  rows[to + ROW.client] = client;
  rows[to + ROW.time] = time;
  rows[to + ROW.name] = name;
  rows[to + ROW.domain] = domain;
}

/** Of many rows in any order insertion would move each past thousands. */
function sortByRadix(rows: Uint32Array, count: number): void {
  const column = (word: number) =>
    Uint32Array.from({ length: count }, (_, row) => rows[ROW.words * row + word] as number);
  const before = rows.slice();
  const order = rowsSortedBy([column(ROW.client), column(ROW.time)], count);
  for (let at = 0; at < count; at++) {
    const from = ROW.words * (order[at] as number);
    rows.set(before.subarray(from, from + ROW.words), ROW.words * at);
  }
}
