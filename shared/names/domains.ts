import { getDomain } from 'tldts';

/** Bounds memory: further names are not kept. */
const MOST_NAMES = 262_144;
/** Of more domains than these at one address none is listed. */
const MOST_SHARED = 3;
const MANY = 'one of many domains';
/** A name below it says which service of AWS it is, and stays whole. Buckets have domains of their own there. */
const AWS = /^(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/;

/** A domain name, or the domains that an address may be of. */
export interface ResolvedName {
  /** As it was asked for; of several names of one domain, the domain. */
  readonly name: string;
  /** The registrable domain by the Public Suffix List, or the domains that share the address. */
  readonly domain: string;
}

/** Numbers for names and for domains, from 1 on; 0 is none. */
export class Domains {
  readonly #texts: string[] = [''];
  /** The number of the domain of each; a domain is its own. */
  readonly #domains: number[] = [0];
  readonly #names = new Map<string, number>();
  readonly #byText = new Map<string, number>();
  /** The domains of those that stand for several. */
  #many = -1;
  readonly #shared = new Map<number, ReadonlySet<number>>();

  /** The number of a name; 0 when there are too many. */
  add(text: string): number {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    // A part of a text keeps all of it in memory.
    const name = Buffer.from(text).toString();
    const domain = this.#domainNumber(domainOf(name));
    const number = domain === 0 ? 0 : this.#put(name, domain);
    if (number !== 0) this.#names.set(name, number);
    return number;
  }

  /** What an address is that has both names: the domain they have in common, or all of their domains. */
  join(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const [one, other] = [this.domainOf(a), this.domainOf(b)];
    if (one === other || one === this.#many) return one;
    const domains = new Set([...this.#all(one), ...this.#all(other)]);
    if (domains.size === this.#all(one).size) return one;
    const texts = [...domains].map((number) => this.#texts[number] ?? '').sort();
    const isMany = domains.size > MOST_SHARED;
    const joined = this.#domainNumber(isMany ? MANY : texts.join(' or '));
    if (isMany) this.#many = joined;
    // Of many it does not matter which.
    if (!this.#shared.has(joined)) this.#shared.set(joined, domains);
    return joined;
  }

  /** The number of a name's domain. */
  domainOf(number: number): number {
    return this.#domains[number] ?? 0;
  }

  /** Whether it stands for several domains. */
  isShared(number: number): boolean {
    return this.#shared.has(this.domainOf(number));
  }

  /** The name with this number; undefined for none. */
  of(number: number): ResolvedName | undefined {
    const name = this.#texts[number];
    if (number === 0 || name === undefined) return undefined;
    return { name, domain: this.#texts[this.domainOf(number)] ?? name };
  }

  #all(domain: number): ReadonlySet<number> {
    return this.#shared.get(domain) ?? new Set([domain]);
  }

  #domainNumber(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const number = this.#put(text, undefined);
    if (number !== 0) this.#byText.set(text, number);
    return number;
  }

  #put(text: string, domain: number | undefined): number {
    if (this.#texts.length > MOST_NAMES) return 0;
    const number = this.#texts.push(text) - 1;
    this.#domains.push(domain ?? number);
    return number;
  }
}

/** The registrable domain; the name itself where it has none, as within a VPC, and below AWS's own domains. */
function domainOf(name: string): string {
  const domain = getDomain(name, { allowPrivateDomains: true }) ?? name;
  return AWS.test(domain) ? name : domain;
}
