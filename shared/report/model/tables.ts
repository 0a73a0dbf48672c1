import { addressIn, markIn } from '../../flow/address-key.ts';
import type { HeavyHitters } from '../../flow/heavy-hitters.ts';
import { isPrivate } from '../../flow/private-addresses.ts';
import { OTHERS } from '../../flowlog/text-fields.ts';
import type { ResolvedName } from '../../names/domains.ts';
import { costOf } from '../../prices/prices.ts';
import { shownName } from '../../text/shorten.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { addressText, readPortWord, sourceText } from '../measure/exchange.ts';
import { BYTES, DESTINATION, FLOWS, PAIR, REJECT, UPLOAD } from '../measure/flow-tables.ts';
import { portName, serviceName } from './labels.ts';
import type { NamesOf } from './names.ts';
import type {
  DestinationRow,
  PairRow,
  PortRow,
  RejectRow,
  Row,
  SourceRow,
  Table,
} from './report.ts';

/** Bytes of both directions, bytes of uploads, and flows. */
export interface Amount {
  readonly bytes: number;
  readonly upload: number;
  readonly flows: number;
}

const NOTHING: Amount = { bytes: 0, upload: 0, flows: 0 };

/** The number of the source group that a source belongs to. */
type GroupOf = (source: string) => number | undefined;

/** What shares and costs of all rows are computed from; without a price, rows cost null. */
export interface Basis {
  readonly total: Amount;
  readonly natPerGib: number | undefined;
  /** The most rows of a table. */
  readonly top: number;
}

/** The sums of one entry. */
export function amountOf(hitters: HeavyHitters, entry: number): Amount {
  return {
    bytes: hitters.value(entry, BYTES),
    upload: hitters.value(entry, UPLOAD),
    flows: hitters.value(entry, FLOWS),
  };
}

/** Makes a table of rows in descending order: adds shares and costs, and the sum of the rows that are not shown. */
export function toTable<T extends object>(
  rows: readonly (T & Amount)[],
  { count, isAtLeast, error }: { count: number; isAtLeast: boolean; error: number },
  { total, natPerGib }: Basis,
): Table<T & Row> {
  let sum = NOTHING;
  const share = (bytes: number) => (total.bytes > 0 ? bytes / total.bytes : 0);
  const rowOf = ({ bytes, upload, flows }: Amount) => ({
    bytes,
    upload,
    download: bytes - upload,
    flows,
    share: share(bytes),
    cost: natPerGib === undefined ? null : costOf(bytes, natPerGib),
  });
  const shown = rows.map((row) => {
    sum = plus(sum, row);
    return { ...row, ...rowOf(row), cumulative: share(sum.bytes) };
  });
  return { rows: shown, others: { count, isAtLeast, ...rowOf(plus(total, sum, -1)) }, error };
}

/** The sum of two amounts, or their difference. */
export function plus(a: Amount = NOTHING, b: Amount = NOTHING, sign = 1): Amount {
  return {
    bytes: a.bytes + sign * b.bytes,
    upload: a.upload + sign * b.upload,
    flows: a.flows + sign * b.flows,
  };
}

/** A table of the heaviest entries. */
function heaviest<T extends object>(
  hitters: HeavyHitters,
  basis: Basis,
  read: (key: Int32Array) => T,
): Table<T & Row> {
  const entries = hitters.ranked(FLOWS);
  const shown = entries.slice(0, basis.top);
  const rows = shown.map((entry) => ({
    ...read(hitters.keyOf(entry)),
    ...amountOf(hitters, entry),
  }));
  const rest = {
    count: entries.length - shown.length,
    isAtLeast: hitters.dropped > 0,
    error: hitters.error,
  };
  return toTable(rows, rest, basis);
}

/** AWS's name for the service with this number; null: not AWS; undefined: unknown. */
export function serviceOf(aggregate: Aggregate, id: number): string | null | undefined {
  if (id < 0) return undefined;
  if (id === OTHERS) return 'OTHERS';
  return id === 0 ? null : aggregate.serviceName(id);
}

/** The clients behind the gateway. `groupOf` says which group a source belongs to. */
export function sourcesTable(
  aggregate: Aggregate,
  basis: Basis,
  names: NamesOf,
  groupOf: GroupOf,
): Table<SourceRow> {
  return heaviest(aggregate.tables.sources, basis, (key) => {
    const source = sourceText(key, 0);
    return { ...names(source), mainPeer: mainPeer(aggregate, key), group: groupOf(source) };
  });
}

/** What a client and a target exchanged, over all ports. */
export interface Pair extends Amount {
  /** As `sourceText` names it, or a group of sources. */
  readonly source: string;
  readonly target: string;
}

/**
 * Sums by client and target, in descending order. A target is an AWS service with all its addresses, or an address:
 * a peer has two entries where only one direction's lines say that it is no service. Sources and targets may be
 * grouped by what they are called.
 */
export function pairsOf(
  aggregate: Aggregate,
  sourceOf = (key: Int32Array) => sourceText(key, PAIR.client),
  targetOf = (key: Int32Array) => targetName(aggregate, key),
): Pair[] {
  const { pairs } = aggregate.tables;
  const sums = new Map<string, Pair>();
  for (const entry of pairs.ranked(FLOWS)) {
    const key = pairs.keyOf(entry);
    const [source, target] = [sourceOf(key), targetOf(key)];
    const name = JSON.stringify([source, target]);
    const amount = plus(sums.get(name), amountOf(pairs, entry));
    sums.set(name, { source, target, ...amount });
  }
  return [...sums.values()].sort((a, b) => b.bytes - a.bytes || b.flows - a.flows);
}

/**
 * The target in a key of `pairs`: an AWS service by its name, a registrable domain, or an address with the organisation
 * whose it is.
 */
export function targetName(aggregate: Aggregate, key: Int32Array): string {
  const service = serviceOf(aggregate, key[PAIR.service] ?? 0);
  if (service) return serviceName(service);
  const domain = resolvedName(aggregate, key, PAIR.peer)?.domain;
  if (domain !== undefined) return domain;
  const { organization } = asOf(aggregate, key, PAIR.peer, 0);
  const address = addressText(key, PAIR.peer);
  return organization === undefined ? address : `${address} (${shownName(organization)})`;
}

/** The domain name of the peer in a key; undefined where none was found. */
function resolvedName(
  { resolved }: Aggregate,
  key: Int32Array,
  at: number,
): ResolvedName | undefined {
  return resolved?.domains.of(markIn(key[at] ?? 0));
}

/** The autonomous system of the address in a key; nothing where it is not looked up, or none is known. */
function asOf(
  { asns }: Aggregate,
  key: Int32Array,
  at: number,
  service: number,
): Pick<DestinationRow, 'asn' | 'organization'> {
  if (asns === undefined || service > 0) return {};
  const address = addressIn(key, at);
  const asn = isPrivate(address) ? 0 : asns.of(address);
  return asn === 0 ? {} : { asn, organization: asns.organizationOf(asn) || undefined };
}

/** The heaviest pairs of client and target. */
export function pairsTable(
  { tables: { pairs: hitters } }: Aggregate,
  pairs: readonly Pair[],
  basis: Basis,
  names: NamesOf,
  groupOf: GroupOf,
): Table<PairRow> {
  const rows = pairs
    .slice(0, basis.top)
    .map(({ source, ...pair }) => ({ ...pair, ...names(source), group: groupOf(source) }));
  const rest = {
    count: pairs.length - rows.length,
    isAtLeast: hitters.dropped > 0,
    error: hitters.error,
  };
  return toTable(rows, rest, basis);
}

/**
 * The service, or address outside AWS, that a client exchanged most bytes with; of equal ones the first by name.
 * Entries are added up by name: a peer has two where only one direction's lines say that it is no service.
 */
function mainPeer(aggregate: Aggregate, client: Int32Array): string {
  const { pairs } = aggregate.tables;
  const sums = new Map<string, number>();
  for (const entry of pairs.entries()) {
    if (!pairs.holds(entry, client, PAIR.client)) continue;
    const name = pairName(aggregate, pairs.keyOf(entry));
    sums.set(name, (sums.get(name) ?? 0) + pairs.value(entry, BYTES));
  }
  let [main, most] = ['', -1];
  for (const [name, bytes] of sums) {
    if (bytes > most || (bytes === most && name < main)) [main, most] = [name, bytes];
  }
  return main;
}

function pairName(aggregate: Aggregate, key: Int32Array): string {
  const peer = targetName(aggregate, key);
  const port = portName(readPortWord(key[PAIR.port] ?? 0));
  return port === '-' ? peer : `${peer} :${port}`;
}

/** The peers, by address and port. */
export function destinationsTable(aggregate: Aggregate, basis: Basis): Table<DestinationRow> {
  return heaviest(aggregate.tables.destinations, basis, (key) => ({
    address: addressText(key, DESTINATION.peer),
    name: resolvedName(aggregate, key, DESTINATION.peer)?.name,
    ...asOf(aggregate, key, DESTINATION.peer, key[DESTINATION.service] ?? 0),
    service: serviceOf(aggregate, key[DESTINATION.service] ?? 0),
    ...readPortWord(key[DESTINATION.port] ?? 0),
  }));
}

/** The peers' ports and protocols. */
export function portsTable(aggregate: Aggregate, basis: Basis): Table<PortRow> {
  return heaviest(aggregate.tables.ports, basis, (key) => readPortWord(key[0] ?? 0));
}

/** The rejected flows by source, destination and port, those with most flows first. */
export function rejectRows({ tables: { rejects } }: Aggregate, top: number): RejectRow[] {
  return rejects
    .ranked(1)
    .slice(0, top)
    .map((entry) => {
      const key = rejects.keyOf(entry);
      return {
        source: addressText(key, REJECT.source),
        destination: addressText(key, REJECT.destination),
        ...readPortWord(key[REJECT.port] ?? 0),
        flows: rejects.value(entry, 0),
        bytes: rejects.value(entry, 1),
      };
    });
}
