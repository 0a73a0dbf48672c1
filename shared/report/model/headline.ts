import { OTHERS } from '../../flowlog/text-fields.ts';
import { costOf } from '../../prices/prices.ts';
import { shownName } from '../../text/shorten.ts';
import { counted, dollars, percent, size } from '../../text/units.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { sourceText } from '../measure/exchange.ts';
import { BYTES, PAIR } from '../measure/flow-tables.ts';
import { type Division, groupWords } from './group-by.ts';
import type { NamesOf } from './names.ts';
import type { Headline } from './report.ts';
import { targetName } from './tables.ts';

/** The least share of all bytes that a pair or a target has to have to be the headline. */
const LEAST_SHARE = 0.25;

/** What stands for sources without the label that they are grouped by; no label is empty. */
const NO_GROUP = '';

/** What sources exchanged with one target, all ports and protocols together. */
export interface Target {
  /** A service or an address; what stands for it where the lines do not say it. */
  readonly name: string;
  readonly isSaid: boolean;
  readonly bytes: number;
  /** By whatever names a source, or a group of them. */
  readonly sources: ReadonlyMap<string, number>;
}

/** What a headline is concluded from. */
export interface Heaviest {
  readonly targets: readonly Target[];
  /** A source, or a group of them, as a headline names it. */
  readonly whoOf: (source: string) => Pick<Headline, 'source' | 'name'>;
  /** How many sources there are. */
  readonly sources: number;
  /** There were more of them than are kept apart. */
  readonly isMore: { readonly sources: boolean; readonly targets: boolean };
  /** The bytes of a pair may be too low. */
  readonly isLow: boolean;
  /** All bytes, and the price of a GiB where they have one. */
  readonly total: number;
  readonly natPerGib: number | undefined;
}

/** Whom a headline is about, in its words, and their bytes. */
interface Subject extends Pick<Headline, 'kind' | 'source' | 'name' | 'target'> {
  readonly bytes: number;
  readonly words: string;
}

/** The one sentence about a report. Amounts are in dollars when `natPerGib` is given, and in bytes when it is not. */
export function headlineOf(
  aggregate: Aggregate,
  basis: Pick<Heaviest, 'total' | 'natPerGib'>,
  names: NamesOf,
  division?: Division,
): Headline {
  const { sources, pairs } = aggregate.tables;
  const { upload, download } = aggregate.totals;
  if (basis.total === 0) return nothing(upload.flows + download.flows);
  return headlineFrom({
    ...basis,
    targets: targetsOf(aggregate, division),
    whoOf: (source) => {
      if (division?.of === 'sources') {
        return {
          source: null,
          name: groupWords(source === NO_GROUP ? undefined : source, division),
        };
      }
      const { address, id, name = id } = names(source);
      return { source: address, name: name ?? null };
    },
    sources: sources.size,
    isMore: { sources: sources.dropped > 0, targets: pairs.dropped > 0 },
    isLow: pairs.error > 0,
  });
}

/**
 * The heaviest pair of source and target, else the heaviest target, when it has a quarter of the bytes or more; else
 * over how many sources and targets they are spread.
 */
export function headlineFrom(heaviest: Heaviest): Headline {
  const { targets, total, natPerGib } = heaviest;
  const [pair, target] = [heaviestPair(heaviest), heaviestTarget(targets)];
  const isLarge = (subject: Subject | undefined) =>
    subject !== undefined && subject.bytes >= LEAST_SHARE * total;
  const subject = [pair, target].find(isLarge) ?? spread(heaviest);
  const { words, bytes, ...who } = subject;
  const [share, cost] = [bytes / total, natPerGib === undefined ? null : costOf(bytes, natPerGib)];
  const amount = cost === null ? size(bytes) : dollars(cost);
  const part = who.kind === 'spread' ? size(total) : `${percent(share)} of ${size(total)}`;
  const isLow = who.kind !== 'spread' && heaviest.isLow;
  const text = `${isLow ? 'at least ' : ''}${amount} ${words}, ${part}`;
  return { ...who, bytes: BigInt(Math.round(bytes)).toString(), share, cost, text };
}

/** The sentence where there are no bytes. */
export function nothing(flows: number): Headline {
  const text = flows === 0 ? 'no traffic' : `no bytes in ${counted(flows, 'flow')}`;
  return {
    kind: 'none',
    source: null,
    name: null,
    target: null,
    bytes: '0',
    share: 0,
    cost: null,
    text,
  };
}

function heaviestPair({ targets, whoOf }: Heaviest): Subject | undefined {
  const pairs = targets.flatMap((target) =>
    [...target.sources].map(([source, bytes]) => ({ source, target, bytes })),
  );
  const heaviest = maximum(pairs);
  if (heaviest === undefined) return undefined;
  const { source, target, bytes } = heaviest;
  const who = whoOf(source);
  const words = `${shownName(who.name ?? who.source ?? '')} → ${wordsOf(target)}`;
  return { kind: 'pair', ...who, target: saidOf(target), bytes, words };
}

function heaviestTarget(targets: readonly Target[]): Subject | undefined {
  const heaviest = maximum(targets);
  if (heaviest === undefined) return undefined;
  const { bytes, sources } = heaviest;
  const words = `${counted(sources.size, 'source')} → ${wordsOf(heaviest)}`;
  return { kind: 'target', source: null, name: null, target: saidOf(heaviest), bytes, words };
}

function wordsOf({ name, isSaid }: Target): string {
  return isSaid ? shownName(name) : `targets ${name}`;
}

function saidOf({ name, isSaid }: Target): string | null {
  return isSaid ? name : null;
}

function spread({ targets, sources, isMore, total: bytes }: Heaviest): Subject {
  const [least, most] = [isMore.sources, isMore.targets].map((isOver) => (isOver ? 'over ' : ''));
  const words = `spread over ${least}${counted(sources, 'source')} and ${most}${counted(targets.length, 'target')}`;
  return { kind: 'spread', source: null, name: null, target: null, bytes, words };
}

function maximum<T extends { readonly bytes: number }>(all: readonly T[]): T | undefined {
  return all.reduce<T | undefined>(
    (most, each) => (most === undefined || each.bytes > most.bytes ? each : most),
    undefined,
  );
}

interface MutableTarget extends Target {
  bytes: number;
  sources: Map<string, number>;
}

/** Every target; what the lines lump together as OTHERS is no target. */
function targetsOf(aggregate: Aggregate, division: Division | undefined): Target[] {
  const { pairs } = aggregate.tables;
  const targets = new Map<string, MutableTarget>();
  for (const entry of pairs.entries()) {
    const key = pairs.keyOf(entry);
    const service = key[PAIR.service] ?? 0;
    if (service === OTHERS) continue;
    const group = division?.labelOf(key);
    const isOfTargets = division?.of === 'targets';
    const name = isOfTargets ? groupWords(group, division) : targetName(aggregate, key);
    const isSaid = isOfTargets || service > 0 || key[PAIR.peer] !== 0;
    const target = targets.get(name) ?? { name, isSaid, bytes: 0, sources: new Map() };
    targets.set(name, target);
    const isOfSources = division?.of === 'sources';
    const source = isOfSources ? (group ?? NO_GROUP) : sourceText(key, PAIR.client);
    const bytes = pairs.value(entry, BYTES);
    target.bytes += bytes;
    target.sources.set(source, (target.sources.get(source) ?? 0) + bytes);
  }
  return [...targets.values()];
}
