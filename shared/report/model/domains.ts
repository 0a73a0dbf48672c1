import { FOUND } from '../../names/resolved-names.ts';
import { counted, percent } from '../../text/units.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { BYTES } from '../measure/flow-tables.ts';
import type { DomainRow, Table } from './report.ts';
import { type Amount, amountOf, type Basis, plus, toTable } from './tables.ts';

/** What stands for peers without a domain name. */
export const NO_DOMAIN = 'no name found';

/** Bytes of peers by how their domain name was found, and the share of all that has one, 0 to 1. */
export interface NamedTargets {
  readonly bytes: number;
  readonly share: number;
  /** The client itself was told the name before the flow. */
  readonly own: number;
  /** Others in the VPC were told it, or the client later. */
  readonly vpc: number;
  /** They were told several domains: it is one of them. */
  readonly shared: number;
  /** Answers of the query logs that were read, by address, and how many did not fit. */
  readonly answers: number;
  readonly dropped: number;
}

/** The bytes of each registrable domain; undefined where there are no query logs. */
export function domainsTable(aggregate: Aggregate, basis: Basis): Table<DomainRow> | undefined {
  const { resolved, tables } = aggregate;
  if (resolved === undefined) return undefined;
  const { names } = tables;
  const sums = new Map<string | null, Amount>();
  for (const entry of names.entries()) {
    const domain = resolved.domains.of(names.keyOf(entry)[0] ?? 0)?.domain ?? null;
    sums.set(domain, plus(sums.get(domain), amountOf(names, entry)));
  }
  const rows = [...sums]
    .map(([domain, sum]) => ({ domain, ...sum }))
    .sort((a, b) => b.bytes - a.bytes || b.flows - a.flows);
  const { dropped, error } = names;
  const count = Math.max(0, rows.length - basis.top);
  return toTable(rows.slice(0, basis.top), { count, isAtLeast: dropped > 0, error }, basis);
}

/** How much of all bytes has a domain name, and how it was found; undefined where there are no query logs. */
export function namedTargets(
  { resolved, tables: { names } }: Aggregate,
  all: number,
): NamedTargets | undefined {
  if (resolved === undefined) return undefined;
  const found = [0, 0, 0, 0];
  for (const entry of names.entries()) {
    const how = names.keyOf(entry)[1] ?? 0;
    found[how] = (found[how] ?? 0) + names.value(entry, BYTES);
  }
  const [own = 0, vpc = 0, shared = 0] = [FOUND.own, FOUND.vpc, FOUND.shared].map(
    (how) => found[how],
  );
  const bytes = own + vpc + shared;
  const { answers, dropped } = resolved;
  return { bytes, share: all > 0 ? bytes / all : 0, own, vpc, shared, answers, dropped };
}

/** How much has a domain name, and how it was found; a sentence without its full stop. */
export function targetsText(targets: NamedTargets): string {
  const { share, bytes, own, vpc, shared, answers, dropped } = targets;
  const part = (some: number) => percent(bytes > 0 ? (some * share) / bytes : 0);
  const lost = dropped > 0 ? `; ${counted(dropped, 'further answer')} did not fit` : '';
  return `${percent(share)} of the bytes are of targets with a domain name: ${part(own)} as their client was told before, ${part(vpc)} as others in the VPC were told or the client later, ${part(shared)} of addresses that domains share; from ${counted(answers, 'answer')} of the query logs${lost}`;
}
