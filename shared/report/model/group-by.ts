import { addressIn, markIn } from '../../flow/address-key.ts';
import type { HeavyHitters } from '../../flow/heavy-hitters.ts';
import { isPrivate } from '../../flow/private-addresses.ts';
import { NOT_LOOKED_UP } from '../../names/asn.ts';
import type { AsnDatabase } from '../../names/asn-database.ts';
import type { Labels } from '../../names/claim.ts';
import { shownName } from '../../text/shorten.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { originIn, sourceText } from '../measure/exchange.ts';
import { PAIR, PAIR_ASN } from '../measure/flow-tables.ts';
import { NO_DOMAIN } from './domains.ts';
import { serviceName, sourceName } from './labels.ts';
import type { NamesOf } from './names.ts';
import { gatewayOf, nameTag } from './network.ts';
import { NO_ASN, organizationLabel } from './organizations.ts';
import type { GroupPairRow, GroupRow, Report, Table } from './report.ts';
import {
  type Amount,
  amountOf,
  type Basis,
  pairsOf,
  plus,
  serviceOf,
  targetName,
  toTable,
} from './tables.ts';
import type { VpcDescription } from './vpc-description.ts';

/** A way to divide sources, or targets, that was asked for. */
export interface Division {
  readonly by: string;
  readonly of: 'sources' | 'targets';
  /** The label of what a key of `pairs` is of; undefined where it has none. */
  readonly labelOf: (pair: Int32Array) => string | undefined;
  /** The sums that groups are made of, and the label of their keys. */
  readonly hitters: HeavyHitters;
  readonly labelOfHitter: (key: Int32Array) => string | undefined;
}

/**
 * What is asked for with `--group-by`: a label of sources, `gateway`, `service`, `domain`, or `asn`; undefined where
 * nothing is, or there is no database of AS numbers.
 */
export function divisionOf(
  by: string | undefined,
  aggregate: Aggregate,
  names: NamesOf,
  network: VpcDescription = {},
): Division | undefined {
  if (by === undefined) return undefined;
  if (by === 'service') return byService(aggregate);
  if (by === 'domain') return byDomain(aggregate);
  if (by === 'asn') return aggregate.asns && byAsn(aggregate, aggregate.asns);
  const { sources } = aggregate.tables;
  const labelAt =
    by === 'gateway'
      ? gatewayLabels(aggregate, network)
      : (key: Int32Array, at: number) => labelIn(names(sourceText(key, at)).labels, by);
  return {
    ...{ by, of: 'sources', hitters: sources },
    labelOf: (pair) => labelAt(pair, PAIR.client),
    labelOfHitter: (key) => labelAt(key, 0),
  };
}

/** The label as it is called, else a pod's label of that name, else a tag. */
function labelIn(labels: Labels = {}, by: string): string | undefined {
  const all = [by, `label:${by}`, `tag:${by}`];
  const found = all.find((name) => Object.hasOwn(labels, name) && labels[name] !== '');
  return found === undefined ? undefined : labels[found];
}

function byService(aggregate: Aggregate): Division {
  const nameOf = (id = 0) => {
    const service = serviceOf(aggregate, id);
    return service === null ? undefined : serviceName(service);
  };
  return {
    ...{ by: 'service', of: 'targets', hitters: aggregate.tables.services },
    labelOf: (pair) => nameOf(pair[PAIR.service]),
    labelOfHitter: (key) => nameOf(key[0]),
  };
}

function byDomain(aggregate: Aggregate): Division {
  const nameAt = (number: number) => aggregate.resolved?.domains.of(number)?.domain;
  return {
    ...{ by: 'domain', of: 'targets', hitters: aggregate.tables.names },
    labelOf: (pair) => nameAt(markIn(pair[PAIR.peer] ?? 0)),
    labelOfHitter: (key) => nameAt(key[0] ?? 0),
  };
}

function byAsn({ tables }: Aggregate, asns: AsnDatabase): Division {
  const labelOf = (asn: number) => organizationLabel(asn, asns);
  return {
    ...{ by: 'asn', of: 'targets', hitters: tables.asns },
    labelOf: (pair) => labelOf(asnOfPair(pair, asns)),
    labelOfHitter: ([asn = 0]) => labelOf(asn),
  };
}

function gatewayLabels(aggregate: Aggregate, network: VpcDescription) {
  const labels = new Map(
    aggregate.interfaces.map(({ number, name }) => {
      const described = gatewayOf(name, network);
      return [number, nameTag(described?.Tags) || described?.NatGatewayId || name] as const;
    }),
  );
  return (key: Int32Array, at: number) => {
    const { gateway } = aggregate.origins.of(originIn(key, at));
    return gateway === 0 ? undefined : labels.get(gateway);
  };
}

/** What stands for what has no label: `no team`. */
export function groupText(label: string | null, by: string): string {
  if (label !== null) return label;
  if (by === 'service') return 'not AWS';
  if (by === 'asn') return NO_ASN;
  return by === 'domain' ? NO_DOMAIN : `no ${nounOf(by)}`;
}

/** A group in a sentence: `team data`. */
export function groupWords(label: string | undefined, { by, of }: Division): string {
  const text = groupText(label ?? null, by);
  return label === undefined || of === 'targets' ? text : `${nounOf(by)} ${text}`;
}

/** `team` of `tag:team`. */
function nounOf(by: string): string {
  return by.slice(by.lastIndexOf(':') + 1) || by;
}

/** The groups, and what they exchanged with whom: groups of sources with targets, or sources with groups of targets. */
export function groupingOf(
  aggregate: Aggregate,
  division: Division,
  basis: Basis,
  names: NamesOf,
): NonNullable<Report['grouping']> {
  const { by, of } = division;
  const groups = groupsTable(division, basis);
  const isFound = of === 'targets' || groups.rows.some(({ label }) => label !== null);
  return {
    ...{ by, of, groups, pairs: groupPairs(aggregate, division, basis, names) },
    known: isFound ? undefined : labelsOf(aggregate, names),
  };
}

/** All labels that sources have. */
function labelsOf({ tables: { sources } }: Aggregate, names: NamesOf): string[] {
  const labels = new Set<string>();
  for (const entry of sources.entries()) {
    const found = names(sourceText(sources.keyOf(entry), 0)).labels ?? {};
    for (const label of Object.keys(found)) labels.add(label);
  }
  return [...labels].sort();
}

/** A sentence, without its full stop, where no source has the label; undefined where one has. */
export function unknownLabelText({ grouping }: Pick<Report, 'grouping'>): string | undefined {
  if (grouping?.known === undefined) return undefined;
  const { by, known } = grouping;
  const others =
    known.length > 0 ? `labels are ${known.map(shownName).join(', ')}` : 'none has any';
  return `no source has the label ${shownName(by)}; ${others}`;
}

function groupsTable({ hitters, labelOfHitter }: Division, basis: Basis): Table<GroupRow> {
  const sums = new Map<string | undefined, Amount & { readonly members: number }>();
  for (const entry of hitters.entries()) {
    const label = labelOfHitter(hitters.keyOf(entry));
    const before = sums.get(label);
    const amount = amountOf(hitters, entry);
    sums.set(label, { ...plus(before, amount), members: (before?.members ?? 0) + 1 });
  }
  const all = [...sums].map(([label = null, sum]) => ({ label, ...sum })).sort(byAmount);
  return toTable(all.slice(0, basis.top), restOf(hitters, all.length - basis.top), basis);
}

function groupPairs(
  aggregate: Aggregate,
  { by, of, labelOf }: Division,
  basis: Basis,
  names: NamesOf,
): Table<GroupPairRow> {
  const group = (key: Int32Array) => groupText(labelOf(key) ?? null, by);
  const pairs = pairsOf(
    aggregate,
    of === 'sources' ? group : (key) => sourceText(key, PAIR.client),
    of === 'sources' ? (key) => targetName(aggregate, key) : group,
  );
  const rows = pairs.slice(0, basis.top).map(({ source, target, ...amount }) => ({
    from: of === 'sources' ? source : sourceName(names(source)),
    to: target,
    ...amount,
  }));
  return toTable(rows, restOf(aggregate.tables.pairs, pairs.length - basis.top), basis);
}

function byAmount(a: Amount, b: Amount): number {
  return b.bytes - a.bytes || b.flows - a.flows;
}

function restOf({ dropped, error }: HeavyHitters, count: number) {
  return { count: Math.max(0, count), isAtLeast: dropped > 0, error };
}

/** The AS number of the peer in a key of `pairs`. */
function asnOfPair(pair: Int32Array, asns: AsnDatabase): number {
  if ((pair[PAIR.service] ?? 0) > 0) return NOT_LOOKED_UP.aws;
  if (markIn(pair[PAIR.peer] ?? 0) !== 0) return pair[PAIR_ASN] ?? 0;
  const address = addressIn(pair, PAIR.peer);
  return isPrivate(address) ? NOT_LOOKED_UP.private : asns.of(address);
}
