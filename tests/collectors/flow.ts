export type Version = 5 | 9 | 10;

/** A flow record as a collector shows it, or the sum of several equal records. */
export interface Flow {
  version: Version;
  /** Addresses in canonical form, see `canonical`. */
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
  tcpFlags: number;
  /** Unix milliseconds; undefined when the log has no time, and the time of export replaces it. */
  start: number | undefined;
  end: number | undefined;
  /** IPFIX flowDirection; undefined when the log or the version has none. */
  direction: number | undefined;
  /** IPv4 only, which nfdump and nfacctd read in both versions; empty when there is none. */
  postNatSource: string;
  postNatDestination: string;
  records: number;
  packets: bigint;
  bytes: bigint;
}

/** Values that all flows of a log have. Others are not compared. */
export interface Known {
  times: boolean;
  direction: boolean;
}

type Sum = Readonly<Pick<Flow, 'records' | 'packets' | 'bytes'>>;

/** The canonical text of an address, for comparison (RFC 5952 for IPv6). */
export function canonical(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
}

/** An IPv4 address; empty for the text that collectors show when a record has none. */
export function postNat(address: string | undefined): string {
  return address === undefined || address === '0.0.0.0' || address.includes(':') ? '' : address;
}

/** Short, because a million of them are held at once. */
function key(flow: Flow, known: Known): string {
  const times = known.times ? `${flow.start}-${flow.end}` : 'now';
  const direction = known.direction ? flow.direction : (flow.direction ?? 0);
  const from = `${flow.source}/${flow.sourcePort}`;
  const to = `${flow.destination}/${flow.destinationPort}`;
  const nat = `${flow.postNatSource}>${flow.postNatDestination}`;
  return `v${flow.version} ${from}>${to} proto ${flow.protocol} flags ${flow.tcpFlags} ${times} dir ${direction} nat ${nat}`;
}

/**
 * A multiset of expected flows minus received flows. In the end, positive counts are missing flows, and negative
 * counts are flows that should not exist.
 */
export class Balance {
  readonly #known: Known;
  readonly #sums: Map<string, Sum>;

  constructor(known: Known, sums?: ReadonlyMap<string, Sum>) {
    this.#known = known;
    this.#sums = new Map(sums);
  }

  copy(): Balance {
    return new Balance(this.#known, this.#sums);
  }

  expect(flow: Flow): void {
    this.#add(flow, 1);
  }

  hold(flow: Flow): void {
    this.#add(flow, -1);
  }

  #add(flow: Flow, sign: 1 | -1): void {
    const name = key(flow, this.#known);
    const before = this.#sums.get(name) ?? { records: 0, packets: 0n, bytes: 0n };
    const sum = {
      records: before.records + sign * flow.records,
      packets: before.packets + BigInt(sign) * flow.packets,
      bytes: before.bytes + BigInt(sign) * flow.bytes,
    };
    if (sum.records === 0 && sum.packets === 0n && sum.bytes === 0n) {
      this.#sums.delete(name);
    } else {
      this.#sums.set(name, sum);
    }
  }

  /** One sentence per difference, at most `limit`, then the number of the others. Empty when there is none. */
  differences(limit = 10): string[] {
    const found = [...this.#sums].slice(0, limit).map(([name, sum]) => {
      const counts = `${sum.records} records, ${sum.packets} packets, ${sum.bytes} bytes`;
      return `expected minus held is ${counts}: ${name}`;
    });
    return this.#sums.size > limit ? [...found, `${this.#sums.size} differences`] : found;
  }
}
