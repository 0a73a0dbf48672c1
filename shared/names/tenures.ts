import { type Prefix, PrefixTable } from '../flow/prefix.ts';
import { type Address, NO_TIME } from '../flow/record.ts';
import { type Claim, isDated, isSameOwner } from './claim.ts';

/** Bounds memory; the time lines of further addresses are made again. */
const MOST_LINES = 65_536;

/** Which claims hold at an address, from each cut on: `numbers` has one more, for the time before the first. */
interface Line {
  readonly cuts: readonly number[];
  readonly numbers: readonly number[];
}

const NEVER: Line = { cuts: [], numbers: [0] };

/**
 * Tells apart the owners that an address had one after the other. A tenure is a number for the dated claims that hold
 * for a flow: 0 is none; of several, the flow may be any one's.
 */
export class Tenures {
  /** Claims that hold at all times. */
  readonly undated: readonly Claim[];
  readonly #dated = new PrefixTable<readonly Claim[]>();
  readonly #isEmpty: boolean;
  readonly #lines = new Map<number | string, Line>();
  readonly #claims: (readonly Claim[])[] = [[]];
  /** The numbers of tenures, by those of their claims. */
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #ids = new Map<Claim, number>();

  constructor(claims: readonly Claim[]) {
    this.undated = claims.filter((claim) => !isDated(claim));
    const dated = claims.filter(isDated);
    this.#isEmpty = dated.length === 0;
    for (const [prefix, same] of byPrefix(dated)) this.#dated.set(prefix, succeeding(same));
  }

  /** The claims of a tenure. */
  claims(tenure: number): readonly Claim[] {
    return this.#claims[tenure] ?? [];
  }

  /** The tenure of a flow with this address, from its first to its last second. */
  of(address: Address, start: number, end: number): number {
    if (this.#isEmpty) return 0;
    const { cuts, numbers } = this.#lineOf(address);
    if (numbers.length === 1) return numbers[0] ?? 0;
    const first = start === NO_TIME ? 0 : stepAt(cuts, start);
    const last = end === NO_TIME ? cuts.length : stepAt(cuts, end);
    if (last <= first) return numbers[first] ?? 0;
    return this.#numberOf(numbers.slice(first, last + 1).flatMap((number) => this.claims(number)));
  }

  #lineOf(address: Address): Line {
    const { family, w0, w1, w2, w3 } = address;
    const key = family === 6 ? `${w0} ${w1} ${w2} ${w3}` : w0;
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    if (this.#lines.size >= MOST_LINES) this.#lines.clear();
    const line = this.#makeLine(this.#dated.allOf(address).flat());
    this.#lines.set(key, line);
    return line;
  }

  #makeLine(claims: readonly Claim[]): Line {
    if (claims.length === 0) return NEVER;
    const times = claims.flatMap(({ from, until }) => [from, until]);
    const cuts = [...new Set(times.filter((time) => time !== undefined))].sort((a, b) => a - b);
    const numbers = [Number.NEGATIVE_INFINITY, ...cuts].map((time) =>
      this.#numberOf(claims.filter((claim) => holdsAt(claim, time))),
    );
    return { cuts, numbers };
  }

  #numberOf(claims: readonly Claim[]): number {
    const all = [...new Set(claims)];
    const key = all
      .map((claim) => this.#idOf(claim))
      .sort((a, b) => a - b)
      .join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#claims.length);
    return this.#claims.push(all) - 1;
  }

  #idOf(claim: Claim): number {
    const id = this.#ids.get(claim) ?? this.#ids.size;
    this.#ids.set(claim, id);
    return id;
  }
}

function holdsAt({ from = Number.NEGATIVE_INFINITY, until }: Claim, time: number): boolean {
  return from <= time && (until === undefined || time < until);
}

/** How many cuts are at or before the time. */
function stepAt(cuts: readonly number[], time: number): number {
  const next = cuts.findIndex((cut) => cut > time);
  return next < 0 ? cuts.length : next;
}

function byPrefix(claims: readonly Claim[]): Iterable<readonly [Prefix, readonly Claim[]]> {
  const all = new Map<string, [Prefix, Claim[]]>();
  for (const claim of claims) {
    const { family, length, bits } = claim.prefix;
    const key = `${family} ${length} ${bits}`;
    const same = all.get(key) ?? [claim.prefix, []];
    same[1].push(claim);
    all.set(key, same);
  }
  return all.values();
}

/** A claim whose end is not known ends when the next one of another owner and the same kind begins. */
function succeeding(claims: readonly Claim[]): Claim[] {
  const known = withoutRepeats(claims);
  const starts = known.filter(({ from }) => from !== undefined);
  return known.map((claim) => {
    if (claim.until !== undefined) return claim;
    const { from = Number.NEGATIVE_INFINITY, kind } = claim;
    const later = starts
      .filter((each) => each.kind === kind && !isSameOwner(each, claim))
      .map((each) => each.from ?? 0)
      .filter((start) => start > from);
    return later.length === 0 ? claim : { ...claim, until: Math.min(...later) };
  });
}

/** The same pod is in every list that was made while it was there: what a later list says of its end counts. */
function withoutRepeats(claims: readonly Claim[]): readonly Claim[] {
  const kept: Claim[] = [];
  for (const claim of claims) {
    const at = kept.findIndex((each) => each.from === claim.from && isSameOwner(each, claim));
    const before = kept[at];
    if (before === undefined) kept.push(claim);
    else if (before.until === undefined) kept[at] = claim;
  }
  return kept;
}
