import type { Aggregate } from './aggregate.ts';
import { addressText, readPortWord } from './exchange.ts';
import { BYTES, DESTINATION, PAIR } from './ledger.ts';
import type { Links } from './report.ts';
import { type Measure, serviceOf } from './tables.ts';
import { portName, serviceName } from './words.ts';

/** Who or what has less than this share of all bytes is drawn together with others. */
const LEAST_SHARE = 0.01;
/** And so are more than this many of one kind: a chart is no table. */
const MOST_NAMES = 7;

/** From sources over services to destinations: two layers of bands that meet in the services. */
export function linksOf(
  aggregate: Aggregate,
  { total }: Measure,
  nameOf: (address: string) => string,
): Links {
  const { ledger } = aggregate;
  const { pairs, destinations } = ledger;
  const services = servicesOf(aggregate, total.bytes);
  const least = total.bytes * LEAST_SHARE;
  const perSource = fold(pairs.size, (entry) => {
    const key = pairs.keyOf(entry);
    const service = services.label(key[PAIR.service] ?? 0);
    return [nameOf(addressText(key, PAIR.client)), service, pairs.value(entry, BYTES)];
  });
  const perDestination = fold(destinations.size, (entry) => {
    const key = destinations.keyOf(entry);
    const port = portName(readPortWord(key[DESTINATION.port] ?? 0));
    const to = `${addressText(key, DESTINATION.peer)} :${port}`;
    const service = services.label(key[DESTINATION.service] ?? 0);
    return [to, service, destinations.value(entry, BYTES)];
  });
  const sources = merge(perSource, services.totals, least, () => 'other sources');
  const ends = merge(perDestination, services.totals, least, (service) => `${service}, others`);
  return {
    sources: sources.map(({ name, service, bytes }) => ({ from: name, to: service, bytes })),
    destinations: ends.map(({ name, service, bytes }) => ({ from: service, to: name, bytes })),
  };
}

interface Part {
  readonly name: string;
  readonly service: string;
  readonly bytes: number;
}

/** The services by name, small ones as one, and what each adds up to. */
function servicesOf(aggregate: Aggregate, total: number) {
  const { services } = aggregate.ledger;
  const sums = new Map<number, number>();
  for (let entry = 0; entry < services.size; entry++) {
    const [id = 0] = services.keyOf(entry);
    sums.set(id, (sums.get(id) ?? 0) + services.value(entry, BYTES));
  }
  const label = (id: number) =>
    (sums.get(id) ?? 0) < total * LEAST_SHARE
      ? 'other services'
      : serviceName(serviceOf(aggregate, id));
  const totals = new Map<string, number>();
  for (const [id, bytes] of sums) totals.set(label(id), (totals.get(label(id)) ?? 0) + bytes);
  return { label, totals };
}

function fold(size: number, read: (entry: number) => [string, string, number]): Part[] {
  const parts = new Map<string, Part>();
  for (let entry = 0; entry < size; entry++) {
    const [name, service, bytes] = read(entry);
    const key = `${service}\n${name}`;
    parts.set(key, { name, service, bytes: bytes + (parts.get(key)?.bytes ?? 0) });
  }
  return [...parts.values()];
}

/** Keeps the names that matter; what is left of each service goes under one name. */
function merge(
  parts: readonly Part[],
  totals: ReadonlyMap<string, number>,
  least: number,
  otherName: (service: string) => string,
): Part[] {
  const byName = new Map<string, number>();
  for (const { name, bytes } of parts) byName.set(name, (byName.get(name) ?? 0) + bytes);
  const ranked = [...byName].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const large = ranked.slice(0, MOST_NAMES).filter(([, bytes]) => bytes >= least);
  const kept = new Set(large.map(([name]) => name));
  const shown = parts.filter(({ name, bytes }) => kept.has(name) && bytes > 0);
  const rest = [...totals].map(([service, total]) => {
    const ofService = shown.filter((part) => part.service === service);
    const bytes = ofService.reduce((left, part) => left - part.bytes, total);
    return { name: otherName(service), service, bytes };
  });
  return [...shown, ...rest.filter(({ bytes }) => bytes > 0)];
}
