import type { CellSource, Cells, CellTarget } from '../cells.ts';
import type { Report } from '../report.ts';
import { type Amount, plus } from '../tables.ts';
import { type Dimension, type Filter, nameIn } from './dimensions.ts';

/** Some sums of a source and a target; `source` is undefined for those that are added up. */
export interface Selected {
  readonly source: CellSource | undefined;
  readonly target: CellTarget;
  readonly amount: Amount;
  /** The bytes of each step in the time that is asked for, and of each at all. */
  readonly steps: readonly (readonly [step: number, bytes: number])[];
  readonly allSteps: readonly (readonly [step: number, bytes: number])[];
}

/** What filters leave, and the bytes that may belong to it, or not: they are of what was added up. */
export interface Selection {
  readonly selected: readonly Selected[];
  readonly unsure: number;
}

/** A report that can be filtered. */
export type Cellular = Report & { readonly cells: Cells };

/** Whether a report can be filtered. */
export function isCellular(report: Report): report is Cellular {
  return report.cells !== undefined;
}

/** What matches one of the filters of each dimension. */
export function select(report: Cellular, filters: readonly Filter[]): Selection {
  const { cells } = report;
  const wanted = Map.groupBy(filters, ({ by }) => by);
  const [times, ...others] = [
    wanted.get('time'),
    ...[...wanted].filter(([by]) => by !== 'time'),
  ] as const;
  const isApart = new Map(filters.map((filter) => [filter, apartFrom(report, filter)]));
  const isInTime = timeMatch(cells, times);
  const selected: Selected[] = [];
  let unsure = 0;
  let all = 0;
  for (const row of cells.rows) {
    const source = cells.sources[row[0] ?? -1];
    const target = cells.targets[row[1] ?? -1] ?? {};
    const matches = others.map(([by, any]) => {
      const value = nameIn(by as Exclude<Dimension, 'time'>, report, source, target);
      if (value !== undefined) return any.some(({ is }) => is === value);
      return any.some((filter) => isApart.get(filter)?.(target) === false) ? undefined : false;
    });
    const parts = partsOf(row);
    all += sum(parts);
    if (matches.includes(false)) continue;
    if (matches.includes(undefined)) {
      unsure += sum(parts.filter(({ step }) => step < 0 || isInTime(step)));
      continue;
    }
    const inTime = parts.filter(({ step }) => isInTime(step));
    if (times !== undefined) unsure += sum(parts.filter(({ step }) => step < 0));
    const amount = inTime.reduce<Amount>((total, part) => plus(total, part), NOTHING);
    const stepsOf = (some: readonly Part[]) =>
      some.filter(({ step }) => step >= 0).map(({ step, bytes }) => [step, bytes] as const);
    selected.push({ source, target, amount, steps: stepsOf(inTime), allSteps: stepsOf(parts) });
  }
  return { selected, unsure: unsure + Math.max(0, Number(report.totals.forwarded.bytes) - all) };
}

/**
 * Tells of what is added up whether it can have none of what a filter asks for. A source of its own has no bytes among
 * the others; an address or a target is of one service.
 */
function apartFrom(report: Cellular, { by, is }: Filter): (target: CellTarget) => boolean {
  const { sources, targets } = report.cells;
  if (by === 'source') {
    const isKept = sources.some((source) => nameIn(by, report, source, {}) === is);
    return () => isKept;
  }
  if (by !== 'target' && by !== 'destination') return () => false;
  const known = targets.filter((target) => nameIn(by, report, undefined, target) === is);
  const services = new Set(known.map(({ service }) => service ?? ''));
  return ({ service }) => services.size > 0 && !services.has(service ?? '');
}

const NOTHING: Amount = { bytes: 0, upload: 0, flows: 0 };

interface Part extends Amount {
  readonly step: number;
}

function partsOf(row: readonly number[]): Part[] {
  const parts: Part[] = [];
  for (let at = 2; at < row.length; at += 4) {
    const [step = -1, bytes = 0, upload = 0, flows = 0] = row.slice(at, at + 4);
    parts.push({ step, bytes, upload, flows });
  }
  return parts;
}

function timeMatch(
  cells: Cells,
  filters: readonly Filter[] | undefined,
): (step: number) => boolean {
  if (filters === undefined) return () => true;
  const steps = new Set(filters.map(({ is }) => stepAt(cells, is)));
  return (step) => steps.has(step);
}

/** The number of the step that a minute is in, as `timeName` names it. */
export function stepAt({ start, stepSeconds }: Cells, time: string): number {
  return Math.floor((Date.parse(`${time.replace(' ', 'T')}Z`) / 1000 - start) / stepSeconds);
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}
