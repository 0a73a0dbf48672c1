import { count } from '../../text/units.ts';
import type { NamedSource } from './names.ts';
import type { Organization } from './organizations.ts';

/** A source of cells. */
export interface CellSource extends Omit<NamedSource, 'labels'> {
  /** The number of its source group; undefined: it is one of the others. */
  readonly group?: number | undefined;
  /** The label that the report is grouped by, where it is one of sources; null: it has none. */
  readonly label?: string | null | undefined;
}

/** What cells exchanged bytes with. What is not said of it differs among what is added up. */
export interface CellTarget {
  /** AWS's name for the service; null: not AWS; undefined: the lines do not say. */
  readonly service?: string | null | undefined;
  /** As in pairs: a service, a domain, or an address. */
  readonly target?: string | undefined;
  /** Registrable domain; null: no name was found. */
  readonly domain?: string | null | undefined;
  /** Whose the address is, where a database of AS numbers was given. */
  readonly owner?: Organization | undefined;
  readonly port?: number | undefined;
  readonly protocol?: number | undefined;
  readonly address?: string | undefined;
  /** The name that was asked for. */
  readonly name?: string | undefined;
}

/**
 * Sums by source, target and step of time, from which any filter's numbers are added up. A page has no room for all
 * of them: lighter addresses are added up to their target, lighter targets to their service, and lighter sources to
 * one, so that what can be said of heavier ones is exact.
 */
export interface Cells {
  /** Unix seconds of the first step. */
  readonly start: number;
  readonly stepSeconds: number;
  readonly steps: number;
  readonly sources: readonly CellSource[];
  readonly targets: readonly CellTarget[];
  /**
   * The number of the source, -1 for all others; the number of the target; then four numbers for each step: its
   * number, -1 for flows without a time, bytes, bytes of uploads, and flows that began in it.
   */
  readonly rows: readonly (readonly number[])[];
}

/** What filters add up, and what they cannot tell apart, in one sentence. */
export function cellsText({ sources, targets, rows, steps, stepSeconds }: Cells): string {
  const addresses = targets.filter(({ address }) => address !== undefined).length;
  const isAll = addresses === targets.length && !rows.some(([source]) => source === -1);
  const time = steps > 0 ? `, in steps of ${count(stepSeconds / 60)} min` : '';
  if (isAll) {
    return `Filters have the exact sums of all sources (${count(sources.length)}) and all addresses with their ports (${count(addresses)})${time}.`;
  }
  return `Filters have the exact sums of the heaviest sources (${count(sources.length)}) and of the heaviest addresses with their ports (${count(addresses)})${time}. Lighter addresses are added up to their target or service, and lighter sources to one: a filter says how many bytes of these may belong to it.`;
}
