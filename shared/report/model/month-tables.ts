import { isPrivateHost } from '../../flow/private-addresses.ts';
import type { Reported } from './month-counted.ts';

/** Sums of one source, or target, over recordings. */
export interface MonthRow {
  /** What the reports' tables have of it. */
  readonly bytes: number;
  /** The most that it can be: reports show their largest rows only. */
  readonly mostBytes: number;
  /** US dollars of `bytes`, of recordings that are priced; null when none is. */
  readonly dollars: number | null;
  /** How many recordings show it. */
  readonly recordings: number;
}

/** A source of one gateway, or an instance with an id of its own behind any. */
export interface MonthSource extends MonthRow {
  readonly account: string;
  readonly region: string;
  /** Its gateway; of an instance the one of its largest row. */
  readonly gateway: string;
  readonly address: string;
  readonly id: string | null;
  readonly name: string | null;
  /** In how many recordings it is the headline. */
  readonly headlines: number;
}

/** A service of AWS, or another peer. */
export interface MonthTarget extends MonthRow {
  readonly target: string;
  readonly isService: boolean;
}

/** The dearest rows, and what all others have. */
export interface MonthTable<Row> {
  readonly rows: readonly Row[];
  readonly others: { readonly bytes: number; readonly dollars: number };
}

interface Part {
  readonly rows: readonly { readonly bytes: number; readonly dollars: number | null }[];
  readonly others: { readonly count: number; readonly bytes: number };
  readonly error: number;
}

/** A row of one report, and what tells it apart from others. */
interface Shown<Key> {
  readonly key: string;
  readonly what: Key;
  readonly recording: Reported;
  readonly part: Part;
  readonly bytes: number;
  readonly dollars: number | null;
}

type SourceKey = Pick<MonthSource, 'account' | 'region' | 'gateway' | 'address' | 'id' | 'name'>;
type TargetKey = Pick<MonthTarget, 'target' | 'isService'> & { readonly scope: string };

/** The most rows of a table. */
const MOST_ROWS = 50;

/** The dearest sources over all recordings. */
export function sourcesOfMonth(counted: readonly Reported[]): MonthTable<MonthSource> {
  const shown = counted.flatMap((recording) => {
    const { account, region, gateway, report } = recording;
    return report.sources.rows.map(({ address, id, name, bytes, dollars }): Shown<SourceKey> => {
      const what = { account, region, gateway, address, id, name };
      const key = JSON.stringify([account, region, id ?? gateway, address, id, name]);
      return { key, what, recording, part: report.sources, bytes, dollars };
    });
  });
  const rows = sumsOf(shown, ({ account, region, gateway, id }) =>
    counted
      .filter((each) => each.account === account && each.region === region)
      .filter((each) => id !== null || each.gateway === gateway)
      .map((recording) => ({ recording, part: recording.report.sources })),
  );
  const sums = rows.map(({ what, all, ...row }) => ({
    ...what,
    ...row,
    headlines: all.filter(({ recording }) => isHeadline(recording, what)).length,
  }));
  return tableOf(sums, counted);
}

/** The dearest targets over all recordings. A private address is one target in one account and region. */
export function targetsOfMonth(counted: readonly Reported[]): MonthTable<MonthTarget> {
  const shown = counted.flatMap((recording) => {
    const { services, peers } = recording.report;
    return [shownTargets(recording, services, true), shownTargets(recording, peers, false)].flat();
  });
  const rows = sumsOf(shown, ({ isService, scope }) =>
    counted
      .filter((each) => scope === '' || scopeOf(each) === scope)
      .map((recording) => {
        const { services, peers } = recording.report;
        return { recording, part: isService ? services : peers };
      }),
  );
  const sums = rows.map(({ what: { target, isService }, all: _, ...row }) => ({
    ...{ target, isService },
    ...row,
  }));
  return tableOf(sums, counted);
}

function shownTargets(
  recording: Reported,
  part: Reported['report']['peers'],
  isService: boolean,
): Shown<TargetKey>[] {
  return part.rows.map(({ target, bytes, dollars }) => {
    const scope = !isService && isPrivateHost(target) ? scopeOf(recording) : '';
    const what = { target, isService, scope };
    return { key: JSON.stringify(what), what, recording, part, bytes, dollars };
  });
}

function scopeOf({ account, region }: Reported): string {
  return `${account} ${region}`;
}

function isHeadline({ report: { headline } }: Reported, { address, id, name }: SourceKey): boolean {
  return headline.source === address && headline.name === (name ?? id);
}

/** Rows with the same key added up. `whereOf` gives the tables that might have the row. */
function sumsOf<Key>(
  shown: readonly Shown<Key>[],
  whereOf: (what: Key) => { readonly recording: Reported; readonly part: Part }[],
) {
  const sums = new Map<string, Shown<Key>[]>();
  for (const each of shown) {
    const same = sums.get(each.key);
    if (same === undefined) sums.set(each.key, [each]);
    else same.push(each);
  }
  const rows = [...sums.values()].map((all) => {
    const bytes = all.reduce((sum, each) => sum + each.bytes, 0);
    const priced = all.flatMap(({ dollars }) => dollars ?? []);
    const dollars = priced.length === 0 ? null : priced.reduce((sum, each) => sum + each, 0);
    return { all, bytes, dollars, what: largestOf(all).what };
  });
  return rows
    .sort((a, b) => (b.dollars ?? 0) - (a.dollars ?? 0) || b.bytes - a.bytes)
    .slice(0, MOST_ROWS)
    .map(({ all, bytes, dollars, what }) => {
      const showing = new Map(all.map(({ recording, part }) => [recording, part]));
      const missing = whereOf(what).map(({ recording, part }) =>
        showing.has(recording) ? part.error : mostUnshown(part),
      );
      const mostBytes = missing.reduce((sum, each) => sum + each, bytes);
      return { what, all, bytes, mostBytes, dollars, recordings: showing.size };
    });
}

function largestOf<Key>(all: readonly Shown<Key>[]): Shown<Key> {
  return all.reduce((most, each) => (each.bytes > most.bytes ? each : most));
}

/** The most bytes of a row that a table does not show: it is no larger than the smallest that is shown. */
function mostUnshown({ rows, others, error }: Part): number {
  if (others.count === 0) return 0;
  const smallest = rows.at(-1)?.bytes ?? Number.POSITIVE_INFINITY;
  return Math.min(others.bytes, smallest + error);
}

function tableOf<Row extends MonthRow>(
  rows: readonly Row[],
  counted: readonly Reported[],
): MonthTable<Row> {
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((total, each) => total + (each ?? 0), 0);
  const all = counted.map(({ report }) => report);
  const bytes = sum(all.map((each) => each.bytes)) - sum(rows.map((each) => each.bytes));
  const dollars = sum(all.map((each) => each.dollars)) - sum(rows.map((each) => each.dollars));
  return { rows, others: { bytes: Math.max(0, bytes), dollars: Math.max(0, dollars) } };
}
