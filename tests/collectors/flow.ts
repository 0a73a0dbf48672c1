export type Version = 5 | 9 | 10;

/** What a collector shows of one flow record, or of several equal ones that it added up. */
export interface Flow {
  version: Version;
  /** Addresses in canonical form, see `canonical`. */
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
  tcpFlags: number;
  /** Unix milliseconds; undefined where the log has no time and the time of export stands in. */
  start: number | undefined;
  end: number | undefined;
  /** RFC 5102 flowDirection; undefined where the log or the version has none. */
  direction: number | undefined;
  /** IPv4 only, what nfdump and nfacctd read in both versions; empty when there is none. */
  postNatSource: string;
  postNatDestination: string;
  records: number;
  packets: bigint;
  bytes: bigint;
}

/** What a log says of all its flows; what it does not say is not compared. */
export interface Known {
  times: boolean;
  direction: boolean;
}

type Sum = Readonly<Pick<Flow, 'records' | 'packets' | 'bytes'>>;

/** The one spelling of an address that all readings are compared in (RFC 5952 for IPv6). */
export function canonical(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
}

/** An IPv4 address, or empty for what collectors show where a record has none. */
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
 * Flows that should be there minus flows that are: what is left over in the end is missing
 * (positive) or invented (negative).
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

  /** One sentence per difference, at most `limit` of them and then their number; empty when all is equal. */
  differences(limit = 10): string[] {
    const found = [...this.#sums].slice(0, limit).map(([name, sum]) => {
      const counts = `${sum.records} records, ${sum.packets} packets, ${sum.bytes} bytes`;
      return `expected minus held is ${counts}: ${name}`;
    });
    return this.#sums.size > limit ? [...found, `${this.#sums.size} differences`] : found;
  }
}
