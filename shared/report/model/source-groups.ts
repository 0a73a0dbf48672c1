import { familyIn } from '../../flow/address-key.ts';
import { counted } from '../../text/units.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { addressText, sourceText } from '../measure/exchange.ts';
import { BYTES, FLOWS } from '../measure/flow-tables.ts';
import type { SourceGroup, SourceGroups } from './charts.ts';
import { type Division, groupText } from './group-by.ts';
import { sourceLabel } from './labels.ts';
import type { NamesOf } from './names.ts';
import { nameTag, subnetFinder } from './network.ts';
import type { Basis } from './tables.ts';
import type { VpcDescription } from './vpc-description.ts';

/** The most groups, because more colours are not told apart. */
const MOST_GROUPS = 5;
/** Sources are grouped by what they have in common when the five heaviest have a smaller share than this. */
const ENOUGH = 0.5;
/** A group with a larger share of the bytes than this divides nothing. */
const TOO_LARGE = 0.75;
/** Bounds the time for finding subnets; lighter sources belong to no group. */
const MOST_SOURCES = 4096;
/** Prefix lengths of address blocks, the smallest block first. */
const PREFIXES = [24, 20, 16];

interface Source {
  /** As `sourceText` names it. */
  readonly source: string;
  readonly words: Int32Array;
  readonly bytes: number;
}

/** What sources are grouped by: what was asked for, or else what EC2 describes. */
interface GroupingContext {
  readonly network?: VpcDescription | undefined;
  readonly division?: Division | undefined;
}

/** A way to divide sources: the label of a source's group, undefined for a source that is in none. */
interface Way {
  readonly by: SourceGroups['by'];
  readonly labelOf: (source: Source) => string | undefined;
}

/** The groups of a report, and the number of a source's group; undefined: it belongs to none. */
export interface Grouping extends SourceGroups {
  readonly groupOf: (source: string) => number | undefined;
}

/**
 * The groups whose colours the page uses. Each of the heaviest sources is one, as long as they have much of the
 * bytes. Many even sources are divided by name, availability zone, subnet or address block, whichever puts the
 * largest share of the bytes into few groups; of equal ones the first.
 */
export function sourceGroupsOf(
  aggregate: Aggregate,
  { total: { bytes: total }, top }: Basis,
  names: NamesOf,
  { network = {}, division }: GroupingContext,
): Grouping {
  const sources = sourcesOf(aggregate);
  const most = Math.min(MOST_GROUPS, top);
  const divide = (way: Way) => grouped(sources, way, { total, most });
  if (division?.of === 'sources') {
    const label = ({ words }: Source) =>
      groupText(division.labelOfHitter(words) ?? null, division.by);
    return divide({ by: 'label', labelOf: label });
  }
  const alone = divide({ by: 'source', labelOf: ({ source }) => sourceLabel(names(source)) });
  if (shareOf(alone) >= ENOUGH || sources.length <= most) return alone;
  const shared = divisionsOf(names, network).map(divide).filter(divides);
  return [alone, ...shared].reduce((best, each) =>
    tenths(shareOf(each)) > tenths(shareOf(best)) ? each : best,
  );
}

function sourcesOf({ tables: { sources } }: Aggregate): Source[] {
  return sources
    .ranked(FLOWS)
    .slice(0, MOST_SOURCES)
    .map((entry) => {
      const words = sources.keyOf(entry);
      return { source: sourceText(words, 0), words, bytes: sources.value(entry, BYTES) };
    });
}

function divisionsOf(names: NamesOf, { Subnets = [] }: VpcDescription): Way[] {
  const subnetOf = subnetFinder(Subnets);
  return [
    { by: 'name', labelOf: ({ source }) => namePrefix(names(source).name) },
    { by: 'zone', labelOf: ({ source }) => subnetOf(names(source).address)?.AvailabilityZone },
    {
      by: 'subnet',
      labelOf({ source }) {
        const subnet = subnetOf(names(source).address);
        return nameTag(subnet?.Tags) || subnet?.SubnetId;
      },
    },
    ...PREFIXES.map(
      (prefix): Way => ({ by: 'block', labelOf: ({ words }) => blockOf(words, prefix) }),
    ),
  ];
}

/** A name without the parts at its end that count instances: `etl-worker-7` and `etl-worker-x4f2` are `etl-worker`. */
function namePrefix(name = ''): string | undefined {
  return name.replace(/(?:[-_. ][0-9a-z]*\d[0-9a-z]*)+$|\d+$/i, '') || undefined;
}

/** The block of an address, such as `10.20.3.0/24`; of IPv6 the /64, which is a subnet's size in a VPC. */
function blockOf(words: Int32Array, prefix: number): string {
  const [first = 0, w0 = 0, w1 = 0] = words;
  const family = familyIn(first);
  if (family !== 4) return `${addressText(Int32Array.of(family, w0, w1, 0, 0), 0)}/64`;
  return `${addressText(Int32Array.of(family, w0 & (-1 << (32 - prefix))), 0)}/${prefix}`;
}

function grouped(
  sources: readonly Source[],
  { by, labelOf }: Way,
  { total, most }: { total: number; most: number },
): Grouping {
  const sums = new Map<string, SourceGroup>();
  const labels = new Map<string, string>();
  for (const source of sources) {
    const label = labelOf(source);
    if (label === undefined) continue;
    const before = sums.get(label) ?? { label, sources: 0, bytes: 0, share: 0 };
    const bytes = before.bytes + source.bytes;
    const share = total > 0 ? bytes / total : 0;
    sums.set(label, { label, sources: before.sources + 1, bytes, share });
    labels.set(source.source, label);
  }
  const heaviest = [...sums.values()].sort((a, b) => b.bytes - a.bytes).slice(0, most);
  const numbers = new Map(heaviest.map(({ label }, index) => [label, index]));
  const groups = by === 'source' ? heaviest : heaviest.map(withCount);
  return { by, groups, groupOf: (source) => numbers.get(labels.get(source) ?? '') };
}

function withCount(group: SourceGroup): SourceGroup {
  return { ...group, label: `${group.label} (${counted(group.sources, 'source')})` };
}

function shareOf({ groups }: SourceGroups): number {
  return groups.reduce((sum, { share }) => sum + share, 0);
}

/** Shares that differ by less count as equal. */
function tenths(share: number): number {
  return Math.round(share * 10);
}

function divides({ groups }: SourceGroups): boolean {
  return groups.length > 1 && (groups[0]?.share ?? 0) <= TOO_LARGE;
}
