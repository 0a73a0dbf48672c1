import type { HeavyHitters } from '../../flow/heavy-hitters.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { addressText, readPortWord } from '../measure/exchange.ts';
import { BYTES, DESTINATION, FLOWS, PAIR } from '../measure/flow-tables.ts';
import { portName, serviceName } from './labels.ts';
import type { Links } from './report.ts';
import { type Basis, serviceOf } from './tables.ts';

/** Sources, services and destinations with a smaller share of all bytes are drawn as one. */
const LEAST_SHARE = 0.01;
/** The most sources, and the most destinations, that have a name of their own in the chart. */
const MOST_NAMES = 7;

/** The bands of the chart: from sources to services, and from services to destinations. `nameOf` names a source. */
export function linksOf(
  aggregate: Aggregate,
  { total }: Basis,
  nameOf: (address: string) => string,
): Links {
  const services = servicesOf(aggregate, total.bytes);
  const least = total.bytes * LEAST_SHARE;
  const sources = partsOfSources(aggregate, least, services.label, nameOf);
  const destinations = partsOfDestinations(aggregate, least, services.label);
  const bySource = withRest(sources, services.totals, () => 'other sources');
  const byDestination = withRest(destinations, services.totals, (name) => `${name}, others`);
  return {
    sources: bySource.map(({ name, service, bytes }) => ({ from: name, to: service, bytes })),
    destinations: byDestination.map(({ name, service, bytes }) => ({
      from: service,
      to: name,
      bytes,
    })),
  };
}

interface Part {
  readonly name: string;
  readonly service: string;
  readonly bytes: number;
}
type Label = (service: number) => string;

/** The label of each service, one for all small ones, and the bytes of each label. */
function servicesOf(aggregate: Aggregate, total: number) {
  const { services } = aggregate.tables;
  const sums = new Map<number, number>();
  for (const entry of services.entries()) {
    const [id = 0] = services.keyOf(entry);
    sums.set(id, (sums.get(id) ?? 0) + services.value(entry, BYTES));
  }
  const label: Label = (id) =>
    (sums.get(id) ?? 0) < total * LEAST_SHARE
      ? 'other services'
      : serviceName(serviceOf(aggregate, id));
  const totals = new Map<string, number>();
  for (const [id, bytes] of sums) totals.set(label(id), (totals.get(label(id)) ?? 0) + bytes);
  return { label, totals };
}

/** The heaviest entries, of at least this many bytes. */
function large(hitters: HeavyHitters, least: number): number[] {
  const entries = hitters.ranked(FLOWS).slice(0, MOST_NAMES);
  return entries.filter((entry) => hitters.value(entry, BYTES) >= least);
}

/** The bytes that each large source exchanged with each service. */
function partsOfSources(
  { tables: { sources, pairs } }: Aggregate,
  least: number,
  label: Label,
  nameOf: (address: string) => string,
): Part[] {
  return large(sources, least).flatMap((source) => {
    const client = sources.keyOf(source);
    const sums = new Map<string, number>();
    for (const entry of pairs.entries()) {
      if (!pairs.holds(entry, client, PAIR.client)) continue;
      const service = label(pairs.keyOf(entry)[PAIR.service] ?? 0);
      sums.set(service, (sums.get(service) ?? 0) + pairs.value(entry, BYTES));
    }
    const name = nameOf(addressText(client, 0));
    return [...sums].map(([service, bytes]) => ({ name, service, bytes }));
  });
}

function partsOfDestinations(
  { tables: { destinations } }: Aggregate,
  least: number,
  label: Label,
): Part[] {
  return large(destinations, least).map((entry) => {
    const key = destinations.keyOf(entry);
    const port = portName(readPortWord(key[DESTINATION.port] ?? 0));
    return {
      name: `${addressText(key, DESTINATION.peer)} :${port}`,
      service: label(key[DESTINATION.service] ?? 0),
      bytes: destinations.value(entry, BYTES),
    };
  });
}

/** Adds a part for the rest of each service's bytes. */
function withRest(
  parts: readonly Part[],
  totals: ReadonlyMap<string, number>,
  restName: (service: string) => string,
): Part[] {
  const rest = [...totals].map(([service, total]) => {
    const ofService = parts.filter((part) => part.service === service);
    const bytes = ofService.reduce((left, part) => left - part.bytes, total);
    return { name: restName(service), service, bytes };
  });
  return [...parts, ...rest].filter(({ bytes }) => bytes > 0);
}
