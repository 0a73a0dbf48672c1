import { getDomain } from 'tldts';

/** Bounds memory: further names are not kept. */
const MOST_NAMES = 262_144;
/** More domains than these at one address are not listed. */
const MOST_SHARED = 3;
/** A name below it says which service of AWS it is, and stays whole. Buckets have names of their own there. */
const AWS = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/** A domain name, or the names that an address may be of. */
export interface ResolvedName {
  /** As it was asked for; of several names of one domain, the domain. */
  readonly name: string;
  /** The registrable domain by the Public Suffix List, or the domains that share the address. */
  readonly domain: string;
  readonly domains: ReadonlySet<string>;
}

/** Numbers for names, from 1 on; 0 is none. */
export class Domains {
  readonly #all: ResolvedName[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #joined = new Map<number, number>();

  /** The number of a name; 0 when there are too many. */
  add(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const domain = domainOf(name);
    return this.#put(name, { name, domain, domains: new Set([domain]) });
  }

  /** What an address is that has both: the domain they have in common, or all of their domains. */
  join(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const key = Math.min(a, b) * (MOST_NAMES + 1) + Math.max(a, b);
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const domains = new Set([...this.#domainsOf(a), ...this.#domainsOf(b)]);
    const sorted = [...domains].sort();
    const domain = [
      ...sorted.slice(0, MOST_SHARED),
      ...(sorted.length > MOST_SHARED ? ['others'] : []),
    ].join(' or ');
    // A key that no name has: the domains, each in a line.
    const text = `\n${sorted.join('\n')}`;
    const joined =
      this.#numbers.get(text) ?? (this.#put(text, { name: domain, domain, domains }) || a);
    if (this.#joined.size < MOST_NAMES) this.#joined.set(key, joined);
    return joined;
  }

  /** The name with this number. */
  of(number: number): ResolvedName | undefined {
    return this.#all[number - 1];
  }

  #domainsOf(number: number): ReadonlySet<string> {
    return this.of(number)?.domains ?? new Set();
  }

  #put(key: string, name: ResolvedName): number {
    if (this.#all.length >= MOST_NAMES) return 0;
    const number = this.#all.push(name);
    this.#numbers.set(key, number);
    return number;
  }
}

/** The registrable domain; the name itself where it has none, as within a VPC, and below AWS's own domains. */
function domainOf(name: string): string {
  const domain = getDomain(name, { allowPrivateDomains: true }) ?? name;
  return AWS.test(domain) && domain.split('.').length <= 3 ? name : domain;
}
