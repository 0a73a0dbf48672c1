import type { DataRecord, Value } from './decode/packet.ts';
import { RecentMap } from './recent-map.ts';

type Values = DataRecord['values'];

/** The most samplers, and the most interfaces and templates, remembered of an exporter. Bounds memory when ids are forged. */
const MAX_OF_ONE_EXPORTER = 1000;
/** The id in flows that no sampler chose, unless options data defines it: Cisco's routers without samplers send it. */
const NO_SAMPLER = '0';

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
  let none: 0 | undefined;
  for (const statement of STATEMENTS) {
    const rate = statement(values);
    if (rate >= 1 && Number.isFinite(rate)) return rate;
    if (rate === 0) none = 0;
  }
  return none;
}

/** A number as a key. Octets that are no number have none, so that no key is long. */
const keyOf = (value: Value | undefined) =>
  typeof value === 'string' || value === undefined ? undefined : String(value);

/** The id of a record's sampler: selectorId, or samplerId as in RFC 3954. */
export function samplerOf(values: Values): string | undefined {
  return keyOf(values['selectorId'] ?? values['samplerId']);
}

/** The parts of an exporter that a scope may name, and the elements that name them (RFC 3954 section 6.1). */
const PARTS = [
  ['template', ['scopeTemplate', 'templateId']],
  ['interface', ['scopeInterface', 'ingressInterface', 'egressInterface']],
] as const;

/** The parts that a record names, as keys. An interface of number 0 is none. */
function partsIn(values: Values): string[] {
  return PARTS.flatMap(([part, names]) =>
    names
      .map((name) => keyOf(values[name]))
      .filter((key) => key !== undefined && key !== '0')
      .map((key) => `${part} ${key}`),
  );
}

/**
 * The sampling rates in an exporter's options data. A rate belongs to what its record names: a sampler, else a template
 * or an interface, else the whole exporter.
 */
export class SamplingRates {
  #whole: number | undefined;
  readonly #bySampler = new RecentMap<number>(MAX_OF_ONE_EXPORTER);
  readonly #byPart = new RecentMap<number>(MAX_OF_ONE_EXPORTER);
  /** The rate that all samplers have, null when they differ; undefined until it is asked for. */
  #common: number | null | undefined;

  /** How many rates are remembered. */
  get size(): number {
    return this.#bySampler.size + this.#byPart.size;
  }

  /** Remembers the rate that a record of options data states, if it does. */
  learn({ values }: DataRecord): void {
    const rate = statedRate(values);
    if (rate === undefined) return;
    const sampler = samplerOf(values);
    const [part] = partsIn(values);
    if (sampler !== undefined) this.#bySampler.set(sampler, rate);
    else if (part !== undefined) this.#byPart.set(part, rate);
    else this.#whole = rate;
    this.#common = undefined;
  }

  /** The rate of a flow; 0 when none is stated, null when it is not known which of the exporter's rates is its own. */
  of({ template, values }: DataRecord): number | null {
    const own = statedRate(values);
    if (own !== undefined && own > 0) return own;
    const sampler = samplerOf(values);
    if (sampler === undefined) return this.#partRate(template, values) ?? this.#rateOfAny();
    const rate = this.#bySampler.get(sampler);
    if (rate !== undefined) return rate;
    return sampler === NO_SAMPLER ? (this.#partRate(template, values) ?? 0) : null;
  }

  #partRate(template: number, values: Values): number | undefined {
    // Most exporters have no such rates.
    if (this.#byPart.size === 0) return this.#whole;
    const parts = [`template ${template}`, ...partsIn(values)];
    const rates = parts.map((part) => this.#byPart.get(part));
    return rates.find((rate) => rate !== undefined) ?? this.#whole;
  }

  #rateOfAny(): number | null {
    if (this.#common === undefined) this.#common = this.#commonRate();
    return this.#common;
  }

  #commonRate(): number | null {
    const rates = new Set(this.#bySampler.values());
    const [rate = 0] = rates;
    return rates.size > 1 ? null : rate;
  }
}
