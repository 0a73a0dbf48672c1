import type { Aggregate } from '../measure/aggregate.ts';
import { addressText, readPortWord } from '../measure/exchange.ts';
import { BYTES, DESTINATION, FLOWS } from '../measure/flow-tables.ts';
import type { Link, Links } from './charts.ts';
import { OTHER_TARGETS, portName, serviceName } from './labels.ts';
import type { Grouping } from './source-groups.ts';
import { type Basis, type Pair, serviceOf } from './tables.ts';

/** Targets with a smaller share of all bytes are drawn as one, and so are those beyond the heaviest. */
const LEAST_SHARE = 0.01;
const MOST_TARGETS = 8;
/** The most addresses that are listed of a service. */
export const MOST_ADDRESSES = 10;

/** The bands of the diagram, and the addresses of the services. */
export function linksOf(
  aggregate: Aggregate,
  pairs: readonly Pair[],
  { total }: Basis,
  grouping: Grouping,
): Links {
  return {
    sources: bandsOf(pairs, total.bytes, grouping),
    destinations: addressesOf(aggregate),
  };
}

/** Bands from source groups to targets. They add up to all bytes: what the pairs lack is of others. */
export function bandsOf(pairs: readonly Pair[], total: number, grouping: Grouping): Link[] {
  const nameOf = targetNames(pairs, total);
  const bands = new Map<string, Link>();
  const add = (group: number | undefined, to: string, bytes: number) => {
    const key = `${group ?? ''} ${to}`;
    const from = grouping.groups[group ?? -1]?.label ?? 'other sources';
    bands.set(key, { from, to, group, bytes: (bands.get(key)?.bytes ?? 0) + bytes });
  };
  let rest = total;
  for (const { source, target, bytes } of pairs) {
    add(grouping.groupOf(source), nameOf(target), bytes);
    rest -= bytes;
  }
  if (rest > 0) add(undefined, OTHER_TARGETS, rest);
  return [...bands.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

/** The name of a target in the diagram: its own for the heaviest ones. */
function targetNames(pairs: readonly Pair[], total: number): (target: string) => string {
  const sums = new Map<string, number>();
  for (const { target, bytes } of pairs) sums.set(target, (sums.get(target) ?? 0) + bytes);
  const heaviest = [...sums].sort(([, a], [, b]) => b - a).slice(0, MOST_TARGETS);
  const shown = new Set(
    heaviest.filter(([, bytes]) => bytes >= total * LEAST_SHARE).map(([target]) => target),
  );
  const isOneLeft = sums.size === shown.size + 1;
  return (target) => (shown.has(target) || isOneLeft ? target : OTHER_TARGETS);
}

/** The heaviest addresses of each AWS service, with their ports, and the rest of its bytes. */
function addressesOf(aggregate: Aggregate): Link[] {
  const { services, destinations } = aggregate.tables;
  const left = new Map<number, number>();
  for (const entry of services.entries()) {
    const [id = 0] = services.keyOf(entry);
    if (id > 0) left.set(id, (left.get(id) ?? 0) + services.value(entry, BYTES));
  }
  const listed = new Map<number, Link[]>([...left.keys()].map((id) => [id, []]));
  for (const entry of destinations.ranked(FLOWS)) {
    const key = destinations.keyOf(entry);
    const id = key[DESTINATION.service] ?? 0;
    const links = listed.get(id);
    if (links === undefined || links.length === MOST_ADDRESSES) continue;
    const to = `${addressText(key, DESTINATION.peer)} :${portName(readPortWord(key[DESTINATION.port] ?? 0))}`;
    const bytes = destinations.value(entry, BYTES);
    links.push({ from: serviceName(serviceOf(aggregate, id)), to, bytes });
    left.set(id, (left.get(id) ?? 0) - bytes);
  }
  return [...listed].flatMap(([id, links]) => {
    const rest = left.get(id) ?? 0;
    const from = serviceName(serviceOf(aggregate, id));
    return rest > 0 ? [...links, { from, to: 'others', bytes: rest }] : links;
  });
}
