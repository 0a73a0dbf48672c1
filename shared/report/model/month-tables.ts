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

/** A table of one recording's report. */
interface ReportTable {
  readonly rows: readonly { readonly bytes: number; readonly dollars: number | null }[];
  readonly others: { readonly count: number; readonly bytes: number };
  readonly error: number;
}

/** A row of one recording's report. */
interface Shown<Identity> {
  /** Equal for the rows that are added up. */
  readonly key: string;
  readonly identity: Identity;
  readonly recording: Reported;
  readonly table: ReportTable;
  readonly bytes: number;
  readonly dollars: number | null;
}

type SourceIdentity = Pick<
  MonthSource,
  'account' | 'region' | 'gateway' | 'address' | 'id' | 'name'
>;
/** `scope` is the account and region of a private address, which names another host in each; empty: all of them. */
type TargetIdentity = Pick<MonthTarget, 'target' | 'isService'> & { readonly scope: string };

/** The most rows of a table. */
const MOST_ROWS = 50;

/** The dearest sources over all recordings. */
export function sourcesOfMonth(counted: readonly Reported[]): MonthTable<MonthSource> {
  const shown = counted.flatMap((recording) => {
    const { account, region, gateway, report } = recording;
    const table = report.sources;
    return table.rows.map(({ address, id, name, bytes, dollars }): Shown<SourceIdentity> => {
      const identity = { account, region, gateway, address, id, name };
      const key = JSON.stringify([account, region, id ?? gateway, address, id, name]);
      return { key, identity, recording, table, bytes, dollars };
    });
  });
  const sums = dearestOf(shown, ({ account, region, gateway, id }) =>
    counted
      .filter((each) => each.account === account && each.region === region)
      .filter((each) => id !== null || each.gateway === gateway)
      .map((recording) => ({ recording, table: recording.report.sources })),
  );
  const rows = sums.map(({ identity, shown: all, ...row }) => ({
    ...identity,
    ...row,
    headlines: all.filter(({ recording }) => isHeadline(recording, identity)).length,
  }));
  return tableOf(rows, counted);
}

/** The dearest targets over all recordings. A private address is one target in one account and region. */
export function targetsOfMonth(counted: readonly Reported[]): MonthTable<MonthTarget> {
  const shown = counted.flatMap((recording) => {
    const { services, peers } = recording.report;
    return [shownTargets(recording, services, true), shownTargets(recording, peers, false)].flat();
  });
  const sums = dearestOf(shown, ({ isService, scope }) =>
    counted
      .filter((each) => scope === '' || scopeOf(each) === scope)
      .map((recording) => {
        const { services, peers } = recording.report;
        return { recording, table: isService ? services : peers };
      }),
  );
  const rows = sums.map(({ identity: { target, isService }, shown: _, ...row }) => ({
    ...{ target, isService },
    ...row,
  }));
  return tableOf(rows, counted);
}

function shownTargets(
  recording: Reported,
  table: Reported['report']['peers'],
  isService: boolean,
): Shown<TargetIdentity>[] {
  return table.rows.map(({ target, bytes, dollars }) => {
    const scope = !isService && isPrivateHost(target) ? scopeOf(recording) : '';
    const identity = { target, isService, scope };
    return { key: JSON.stringify(identity), identity, recording, table, bytes, dollars };
  });
}

function scopeOf({ account, region }: Reported): string {
  return `${account} ${region}`;
}

function isHeadline(
  { report: { headline } }: Reported,
  { address, id, name }: SourceIdentity,
): boolean {
  return headline.source === address && headline.name === (name ?? id);
}

/** The dearest sums of rows with the same key. `tablesOf` gives the tables that might have the row. */
function dearestOf<Identity>(
  shown: readonly Shown<Identity>[],
  tablesOf: (identity: Identity) => readonly Pick<Shown<Identity>, 'recording' | 'table'>[],
) {
  return [...Map.groupBy(shown, ({ key }) => key).values()]
    .map(sumOf)
    .sort((a, b) => (b.dollars ?? 0) - (a.dollars ?? 0) || b.bytes - a.bytes)
    .slice(0, MOST_ROWS)
    .map(({ identity, shown: all, bytes, dollars }) => {
      const showing = new Set(all.map(({ recording }) => recording));
      const unshown = tablesOf(identity).map(({ recording, table }) =>
        showing.has(recording) ? table.error : mostUnshown(table),
      );
      const mostBytes = unshown.reduce((sum, each) => sum + each, bytes);
      return { identity, shown: all, bytes, mostBytes, dollars, recordings: showing.size };
    });
}

function sumOf<Identity>(shown: readonly Shown<Identity>[]) {
  const bytes = shown.reduce((sum, each) => sum + each.bytes, 0);
  const priced = shown.flatMap(({ dollars }) => dollars ?? []);
  const dollars = priced.length === 0 ? null : priced.reduce((sum, each) => sum + each, 0);
  return { shown, bytes, dollars, identity: largestOf(shown).identity };
}

function largestOf<Identity>(shown: readonly Shown<Identity>[]): Shown<Identity> {
  return shown.reduce((most, each) => (each.bytes > most.bytes ? each : most));
}

/** The most bytes of a row that a table does not show: it is no larger than the smallest that is shown. */
function mostUnshown({ rows, others, error }: ReportTable): number {
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
