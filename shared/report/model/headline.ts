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
interface Target {
  /** A service or an address; what stands for it where the lines do not say it. */
  readonly name: string;
  readonly isSaid: boolean;
  readonly bytes: number;
  /** By the source, as `sourceText` names it, or by the label of its group. */
  readonly sources: ReadonlyMap<string, number>;
}

/** Whom a headline is about, in its words, and their bytes. */
interface Subject extends Pick<Headline, 'kind' | 'source' | 'name' | 'target'> {
  readonly bytes: number;
  readonly words: string;
}

/**
 * The one sentence about a report: the heaviest pair of source and target, else the heaviest target, when it has
 * a quarter of the bytes or more; else over how many sources and targets they are spread. The amount is in
 * dollars when `natPerGib` is given, and in bytes when it is not.
 */
export function headlineOf(
  aggregate: Aggregate,
  { total, natPerGib }: { readonly total: number; readonly natPerGib: number | undefined },
  names: NamesOf,
  division?: Division,
): Headline {
  if (total === 0) return nothing(aggregate);
  const targets = targetsOf(aggregate, division);
  const [pair, target] = [heaviestPair(targets, names, division), heaviestTarget(targets)];
  const isLarge = (subject: Subject | undefined) =>
    subject !== undefined && subject.bytes >= LEAST_SHARE * total;
  const subject = [pair, target].find(isLarge) ?? spread(aggregate, targets, total);
  const { words, bytes, ...who } = subject;
  const [share, cost] = [bytes / total, natPerGib === undefined ? null : costOf(bytes, natPerGib)];
  const amount = cost === null ? size(bytes) : dollars(cost);
  const part = who.kind === 'spread' ? size(total) : `${percent(share)} of ${size(total)}`;
  const isLow = who.kind !== 'spread' && aggregate.tables.pairs.error > 0;
  const text = `${isLow ? 'at least ' : ''}${amount} ${words}, ${part}`;
  return { ...who, bytes: BigInt(Math.round(bytes)).toString(), share, cost, text };
}

function nothing({ totals: { upload, download } }: Aggregate): Headline {
  const flows = upload.flows + download.flows;
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

function heaviestPair(
  targets: readonly Target[],
  names: NamesOf,
  division: Division | undefined,
): Subject | undefined {
  const pairs = targets.flatMap((target) =>
    [...target.sources].map(([source, bytes]) => ({ source, target, bytes })),
  );
  const heaviest = maximum(pairs);
  if (heaviest === undefined) return undefined;
  const { source, target, bytes } = heaviest;
  if (division?.of === 'sources') {
    const group = groupWords(source === NO_GROUP ? undefined : source, division);
    const who = { source: null, name: group, target: saidOf(target) };
    return { kind: 'pair', ...who, bytes, words: `${shownName(group)} → ${wordsOf(target)}` };
  }
  const { address, id, name = id } = names(source);
  const words = `${shownName(name ?? address)} → ${wordsOf(target)}`;
  const who = { source: address, name: name ?? null, target: saidOf(target) };
  return { kind: 'pair', ...who, bytes, words };
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

function spread(
  { tables: { sources, pairs } }: Aggregate,
  targets: readonly Target[],
  bytes: number,
): Subject {
  const [least, most] = [sources, pairs].map(({ dropped }) => (dropped > 0 ? 'over ' : ''));
  const words = `spread over ${least}${counted(sources.size, 'source')} and ${most}${counted(targets.length, 'target')}`;
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
