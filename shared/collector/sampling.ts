import type { DataRecord, Value } from './decode/packet.ts';
import { RecentMap } from './recent-map.ts';

type Values = DataRecord['values'];

/** The most samplers, and the most interfaces, remembered of one exporter. Bounds memory when ids are forged. */
const MAX_OF_ONE_EXPORTER = 1000;

const numberOf = (value: Value | undefined) =>
  typeof value === 'string' || value === undefined ? Number.NaN : Number(value);

/** One unit of how many is selected, if this many are and then that many are not: 1 and 99 make 100. */
const oneIn = (selected: Value | undefined, skipped: Value | undefined) =>
  (numberOf(selected) + numberOf(skipped)) / numberOf(selected);

/** The ways to state a rate, the present ones first: RFC 5477 section 8.2, then RFC 3954 section 8. */
const STATEMENTS: readonly ((values: Values) => number)[] = [
  (v) => oneIn(v['samplingPacketInterval'], v['samplingPacketSpace']),
  (v) => oneIn(v['samplingTimeInterval'], v['samplingTimeSpace']),
  (v) => numberOf(v['samplingPopulation']) / numberOf(v['samplingSize']),
  (v) => 1 / numberOf(v['samplingProbability']),
  (v) => numberOf(v['samplerRandomInterval']),
  (v) => numberOf(v['samplingInterval']),
];

/** The rate that a record states, one in this many; 0 for no sampling, undefined when it states none. */
function statedRate(values: Values): number | undefined {
  const rates = STATEMENTS.map((rate) => rate(values));
  const stated = rates.find((rate) => rate >= 1 && Number.isFinite(rate));
  return stated ?? rates.find((rate) => rate === 0);
}

/** The id of a record's sampler: selectorId, or samplerId as in RFC 3954. */
export function samplerOf(values: Values): string | undefined {
  const id = values['selectorId'] ?? values['samplerId'];
  return id === undefined ? undefined : String(id);
}

/** The interfaces of a record as keys. The number 0 is no interface. */
function interfacesOf(values: Values): string[] {
  return ['scopeInterface', 'ingressInterface', 'egressInterface']
    .map((name) => values[name])
    .filter((number) => number !== undefined && number !== 0)
    .map(String);
}

/**
 * The sampling rates in an exporter's options data. A rate belongs to what its record names: a sampler, else an
 * interface, else the whole exporter.
 */
export class SamplingRates {
  #whole: number | undefined;
  readonly #bySampler = new RecentMap<number>(MAX_OF_ONE_EXPORTER);
  readonly #byInterface = new RecentMap<number>(MAX_OF_ONE_EXPORTER);
  /** The rate that all samplers have; null when they differ. */
  #common: number | null = 0;

  /** How many rates are remembered. */
  get size(): number {
    return this.#bySampler.size + this.#byInterface.size;
  }

  /** Remembers the rates in these records of options data. */
  learn(records: readonly DataRecord[]): void {
    if (records.length === 0) return;
    for (const { values } of records) this.#learnOne(values);
    const rates = new Set(this.#bySampler.values());
    const [rate = 0] = rates;
    this.#common = rates.size > 1 ? null : rate;
  }

  #learnOne(values: Values): void {
    const rate = statedRate(values);
    if (rate === undefined) return;
    const sampler = samplerOf(values);
    const [anInterface] = interfacesOf(values);
    if (sampler !== undefined) this.#bySampler.set(sampler, rate);
    else if (anInterface !== undefined) this.#byInterface.set(anInterface, rate);
    else this.#whole = rate;
  }

  /** The rate of a flow; 0 when none is stated, null when it is not known which of the exporter's rates is its own. */
  of(flow: Values): number | null {
    const own = statedRate(flow);
    if (own !== undefined && own > 0) return own;
    const sampler = samplerOf(flow);
    if (sampler !== undefined) return this.#bySampler.get(sampler) ?? null;
    for (const key of interfacesOf(flow)) {
      const rate = this.#byInterface.get(key);
      if (rate !== undefined) return rate;
    }
    return this.#whole ?? this.#common;
  }
}
