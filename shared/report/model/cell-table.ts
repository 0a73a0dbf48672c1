import { markIn } from '../../flow/address-key.ts';
import { NO_TIME } from '../../flow/record.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { CELL, FOLDED, WINDOWS } from '../measure/cells.ts';
import { addressText, readPortWord, sourceText } from '../measure/exchange.ts';
import type { Cells, CellTarget } from './cells.ts';
import type { Division } from './group-by.ts';
import { serviceName } from './labels.ts';
import type { NamesOf } from './names.ts';
import { organizationIn } from './organizations.ts';
import { type Amount, amountOf, plus, serviceOf, targetName } from './tables.ts';
import { MINUTE_S } from './time-steps.ts';

/** Bounds the size of a page. */
const MOST_SOURCES = 1000;
const MOST_ROWS = 6000;
const SUMS_PER_ROW = 5;
const MOST_STEPS = 240;
const MOST_BYTES = 1_200_000;

/** What is said of the sources of cells. */
interface CellContext {
  readonly names: NamesOf;
  readonly groupOf: (source: string) => number | undefined;
  readonly division: Division | undefined;
  /** Of the report's chart; steps of cells are not shorter. */
  readonly stepSeconds: number;
}

/** Something that parts are added up to, and the sources that it has parts of. */
interface Sum {
  readonly target: CellTarget;
  readonly sources: Set<Source>;
  bytes: number;
}

interface Source {
  readonly key: Int32Array;
  readonly text: string;
  bytes: number;
}

/** What a peer can be added up to, from the narrowest to the widest. */
interface Peer {
  readonly address: Sum;
  readonly target: Sum;
  readonly service: Sum;
}

/** An entry of the cells that were measured. */
interface Part extends Peer {
  readonly source: Source;
  readonly minute: number;
  readonly amount: Amount;
}

/** The cells of a page; undefined where they were not measured. They take at most 1.2 MB as JSON. */
export function cellsOf(aggregate: Aggregate, context: CellContext): Cells | undefined {
  const parts = partsOf(aggregate);
  if (parts === undefined) return undefined;
  for (let most = MOST_ROWS; ; most = Math.floor(most / 2)) {
    const cells = tableOf(parts, aggregate, context, most);
    if (Buffer.byteLength(JSON.stringify(cells)) <= MOST_BYTES || most === 0) return cells;
  }
}

/** The entries whose sums lack nothing. */
function partsOf(aggregate: Aggregate): Part[] | undefined {
  const { cells } = aggregate.tables;
  if (cells === undefined) return undefined;
  const { hitters } = cells;
  const sources = new Map<string, Source>();
  const peers = new Map<string, Peer>();
  const sums = new Map<string, Sum>();
  return [...hitters.entries()].filter(hitters.isExact.bind(hitters)).map((entry): Part => {
    const key = hitters.keyOf(entry);
    const amount = amountOf(hitters, entry);
    const text = sourceText(key, CELL.client);
    const source = sources.get(text) ?? { key, text, bytes: 0 };
    sources.set(text, source);
    source.bytes += amount.bytes;
    const words = key.subarray(CELL.service, CELL.minute).join();
    const peer = peers.get(words) ?? peerOf(aggregate, key, sums);
    peers.set(words, peer);
    for (const sum of new Set([peer.address, peer.target, peer.service])) {
      sum.sources.add(source);
      sum.bytes += amount.bytes;
    }
    return { source, ...peer, minute: key[CELL.minute] ?? NO_TIME, amount };
  });
}

/** What a peer is added up to: its address and port, its target by port, and its service. */
function peerOf(aggregate: Aggregate, key: Int32Array, sums: Map<string, Sum>): Peer {
  const sumOf = (name: string, target: CellTarget): Sum => {
    const sum = sums.get(name) ?? { target, sources: new Set(), bytes: 0 };
    sums.set(name, sum);
    return sum;
  };
  const [id = 0, port = 0] = [key[CELL.service], key[CELL.port]];
  const service = serviceOf(aggregate, id);
  const { asns } = aggregate;
  const all = {
    ...{ service, target: service ? serviceName(service) : undefined },
    owner: asns && id > 0 ? organizationIn(key, CELL.peer, id, asns) : undefined,
  };
  const ofService = sumOf(`${id}`, all);
  if (key[CELL.peer] === FOLDED) {
    return { address: ofService, target: ofService, service: ofService };
  }
  const target = targetName(aggregate, key);
  const { name, domain = null } = aggregate.resolved?.domains.of(markIn(key[CELL.peer] ?? 0)) ?? {};
  const owner = asns && organizationIn(key, CELL.peer, id, asns);
  const ofPort = { ...all, target, domain, owner, ...readPortWord(port) };
  const address = addressText(key, CELL.peer);
  return {
    address: { target: { ...ofPort, address, name }, sources: new Set(), bytes: 0 },
    target: sumOf([id, target, domain, owner?.of, owner?.asn, port].join('\0'), ofPort),
    service: ofService,
  };
}

function tableOf(
  parts: readonly Part[],
  { tables: { cells } }: Aggregate,
  context: CellContext,
  most: number,
): Cells {
  const sources = heaviest(parts.map(({ source }) => source)).slice(
    0,
    Math.min(MOST_SOURCES, most),
  );
  const kept = keptOf(parts, most);
  const sumOf = ({ address, target, service }: Part) =>
    [address, target].find((sum) => kept.has(sum)) ?? service;
  const targets = heaviest(parts.map(sumOf));
  const [sourceNumbers, targetNumbers] = [numbered(sources), numbered(targets)];
  const least = Math.max(cells?.minutes ?? 1, context.stepSeconds / MINUTE_S);
  const rows = Map.groupBy(parts, (part) => {
    const source = sourceNumbers.get(part.source) ?? -1;
    return source * targets.length + (targetNumbers.get(sumOf(part)) ?? 0);
  });
  const steps = stepsOf([...rows.values()], least, SUMS_PER_ROW * most);
  return {
    start: steps.first * MINUTE_S,
    stepSeconds: steps.minutes * MINUTE_S,
    steps: steps.count,
    sources: sources.map((source) => describe(source, context)),
    targets: targets.map(({ target }) => target),
    rows: [...rows].map(([row, of]) => {
      const source = Math.floor(row / targets.length);
      return [source, row - source * targets.length, ...sumsOf(of, steps)];
    }),
  };
}

/** Targets and then addresses, the heaviest first, as long as there is room for all of their sources. */
function keptOf(parts: readonly Part[], most: number): Set<Sum> {
  const kept = new Set<Sum>();
  let rows = 0;
  const keep = (sum: Sum) => {
    if (rows + sum.sources.size > most) return;
    rows += sum.sources.size;
    kept.add(sum);
  };
  for (const sum of heaviest(parts.map(({ target }) => target))) keep(sum);
  const addresses = parts.filter(({ target }) => kept.has(target)).map(({ address }) => address);
  for (const sum of heaviest(addresses)) keep(sum);
  return kept;
}

/** Each once, in descending order of bytes. */
function heaviest<T extends { readonly bytes: number }>(all: readonly T[]): T[] {
  return [...new Set(all)].sort((a, b) => b.bytes - a.bytes);
}

function numbered<T>(all: readonly T[]): Map<T, number> {
  return new Map(all.map((each, number) => [each, number]));
}

function describe({ key, text }: Source, { names, groupOf, division }: CellContext) {
  const { labels: _, ...who } = names(text);
  const label = division?.of === 'sources' ? (division.labelOf(key) ?? null) : undefined;
  return { ...who, group: groupOf(text), label };
}

/** Steps of time, in minutes since 1970. */
interface Steps {
  readonly first: number;
  readonly minutes: number;
  readonly count: number;
}

/** The shortest steps for which there is room. */
function stepsOf(rows: readonly (readonly Part[])[], least: number, most: number): Steps {
  const minutes = rows.flat().flatMap(({ minute }) => (minute === NO_TIME ? [] : [minute]));
  const [low, high] = [
    minutes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    minutes.reduce((a, b) => Math.max(a, b), 0),
  ];
  if (minutes.length === 0) return { first: 0, minutes: 1, count: 0 };
  const made = (size: number): Steps => {
    const first = low - (low % size);
    return { first, minutes: size, count: Math.floor((high - first) / size) + 1 };
  };
  const sums = (steps: Steps) =>
    rows.reduce((sum, row) => sum + new Set(row.map((part) => stepOf(part, steps))).size, 0);
  const fits = (steps: Steps) => steps.count <= MOST_STEPS && sums(steps) <= most;
  const [longest = 1440] = WINDOWS.slice(-1);
  let size = WINDOWS.find((window) => window >= least && fits(made(window))) ?? longest;
  while (!fits(made(size)) && made(size).count > 1) size *= 2;
  return made(size);
}

function stepOf({ minute }: Part, { first, minutes }: Steps): number {
  return minute === NO_TIME ? -1 : Math.floor((minute - first) / minutes);
}

/** Four numbers for each step: its number, and its sums. */
function sumsOf(parts: readonly Part[], steps: Steps): number[] {
  const sums = new Map<number, Amount>();
  for (const part of parts) {
    const step = stepOf(part, steps);
    sums.set(step, plus(sums.get(step), part.amount));
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .flatMap(([step, { bytes, upload, flows }]) => [step, bytes, upload, flows]);
}
