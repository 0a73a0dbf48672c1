import { OTHERS } from '../flowlog/text-fields.ts';
import { costOf } from '../prices/prices.ts';
import type { Aggregate } from './aggregate.ts';
import { ADDRESS_WORDS, addressText, readPortWord } from './exchange.ts';
import { BYTES, DESTINATION, FLOWS, PAIR, UPLOAD } from './ledger.ts';
import type { Names } from './names.ts';
import type { DestinationRow, PortRow, RejectRow, Row, SourceRow, Table } from './report.ts';
import type { Tally } from './tally.ts';
import { portName, serviceName } from './words.ts';

/** Bytes, upload and flows of something, before shares and money are known. */
export interface Amount {
  readonly bytes: number;
  readonly upload: number;
  readonly flows: number;
}

/** What all rows of a report are measured by. */
export interface Measure {
  readonly total: Amount;
  readonly natPerGib: number;
  /** Rows of a table. */
  readonly top: number;
}

/** The sums of an entry of a ledger's tally. */
export function amountOf(tally: Tally, entry: number): Amount {
  return {
    bytes: tally.value(entry, BYTES),
    upload: tally.value(entry, UPLOAD),
    flows: tally.value(entry, FLOWS),
  };
}

/** Adds shares and money; rows come in their order, the largest first. */
export function toTable<T extends object>(
  rows: readonly (T & Amount)[],
  { count, isAtLeast, error }: { count: number; isAtLeast: boolean; error: number },
  { total, natPerGib }: Measure,
): Table<T & Row> {
  let sum: Amount = { bytes: 0, upload: 0, flows: 0 };
  const share = (bytes: number) => (total.bytes > 0 ? bytes / total.bytes : 0);
  const spell = ({ bytes, upload, flows }: Amount) => ({
    bytes,
    upload,
    download: bytes - upload,
    flows,
    share: share(bytes),
    cost: costOf(bytes, natPerGib),
  });
  const spelled = rows.map((row) => {
    sum = plus(sum, row);
    return { ...row, ...spell(row), cumulative: share(sum.bytes) };
  });
  return { rows: spelled, others: { count, isAtLeast, ...spell(plus(total, sum, -1)) }, error };
}

function plus(a: Amount, b: Amount, sign = 1): Amount {
  return {
    bytes: a.bytes + sign * b.bytes,
    upload: a.upload + sign * b.upload,
    flows: a.flows + sign * b.flows,
  };
}

/** The heaviest entries of a tally as rows. */
function heaviest<T extends object>(
  tally: Tally,
  measure: Measure,
  read: (key: Int32Array) => T,
): Table<T & Row> {
  const entries = tally.ranked(FLOWS);
  const shown = entries.slice(0, measure.top);
  const rows = shown.map((entry) => ({ ...read(tally.keyOf(entry)), ...amountOf(tally, entry) }));
  const rest = {
    count: entries.length - shown.length,
    isAtLeast: tally.dropped > 0,
    error: tally.error,
  };
  return toTable(rows, rest, measure);
}

/** AWS's word for the service with this number: null is not AWS, undefined not known. */
export function serviceOf(aggregate: Aggregate, id: number): string | null | undefined {
  if (id < 0) return undefined;
  if (id === OTHERS) return 'OTHERS';
  return id === 0 ? null : aggregate.serviceName(id);
}

/** Who: the clients behind the gateway. */
export function sourcesTable(
  aggregate: Aggregate,
  measure: Measure,
  names: Names,
): Table<SourceRow> {
  return heaviest(aggregate.ledger.sources, measure, (key) => {
    const address = addressText(key, 0);
    return { address, ...names(address), mainPeer: mainPeer(aggregate, key) };
  });
}

/**
 * What a client exchanged most with: a service, or an address where it is none; of equal ones the first in the lines.
 * A peer has two entries where the lines of one direction say that it is no service and those of the other do not say.
 */
function mainPeer(aggregate: Aggregate, client: Int32Array): string {
  const { pairs } = aggregate.ledger;
  const sums = new Map<string, number>();
  for (let entry = 0; entry < pairs.size; entry++) {
    if (!pairs.holds(entry, client, PAIR.client)) continue;
    const name = pairName(aggregate, pairs.keyOf(entry));
    sums.set(name, (sums.get(name) ?? 0) + pairs.value(entry, BYTES));
  }
  let [main, most] = ['', -1];
  for (const [name, bytes] of sums) if (bytes > most) [main, most] = [name, bytes];
  return main;
}

function pairName(aggregate: Aggregate, key: Int32Array): string {
  const service = serviceOf(aggregate, key[PAIR.service] ?? 0);
  const peer = service ? serviceName(service) : addressText(key, PAIR.peer);
  const port = portName(readPortWord(key[PAIR.port] ?? 0));
  return port === '-' ? peer : `${peer} :${port}`;
}

/** To what, by address and port. */
export function destinationsTable(aggregate: Aggregate, measure: Measure): Table<DestinationRow> {
  return heaviest(aggregate.ledger.destinations, measure, (key) => ({
    address: addressText(key, DESTINATION.peer),
    service: serviceOf(aggregate, key[DESTINATION.service] ?? 0),
    ...readPortWord(key[DESTINATION.port] ?? 0),
  }));
}

export function portsTable(aggregate: Aggregate, measure: Measure): Table<PortRow> {
  return heaviest(aggregate.ledger.ports, measure, (key) => readPortWord(key[0] ?? 0));
}

/** What was refused, by number of flows. */
export function rejectRows({ rejects }: Aggregate, top: number): RejectRow[] {
  return rejects
    .ranked(1)
    .slice(0, top)
    .map((entry) => {
      const key = rejects.keyOf(entry);
      return {
        source: addressText(key, 0),
        destination: addressText(key, ADDRESS_WORDS),
        ...readPortWord(key[2 * ADDRESS_WORDS] ?? 0),
        flows: rejects.value(entry, 0),
        bytes: rejects.value(entry, 1),
      };
    });
}
