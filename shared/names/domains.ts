import { getDomain } from 'tldts';
import { NameNumbers } from './name-numbers.ts';

/** Bounds memory: further names are not kept. */
const MOST_NAMES = 262_144;
/** Of more domains than these at one address none is listed. */
const MOST_SHARED = 3;
const MANY = 'one of many domains';
/** Its number. */
const ONE_OF_MANY = 1;
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
  readonly #names = new NameNumbers();
  /** The number of the domain of each name and domain; a domain is its own. */
  readonly #domains: number[] = [0, ONE_OF_MANY];
  /** The texts of domains by their numbers, and the other way round. */
  readonly #texts = new Map([[ONE_OF_MANY, MANY]]);
  readonly #byText = new Map<string, number>();
  /** The domains of those that stand for several. Of many it does not matter which. */
  readonly #shared = new Map<number, ReadonlySet<number>>([[ONE_OF_MANY, new Set()]]);

  /** The number of a name, which is the first `length` bytes; 0 when there are too many. */
  add(name: Uint8Array, length: number): number {
    return this.#names.find(name, length) || this.#addName(name, length);
  }

  /** What an address is that has several names, or none, and this one: their common domain, or all their domains. */
  join(names: number, name: number): number {
    if (names === name || names === 0) return name;
    const [one, other] = [this.domainOf(names), this.domainOf(name)];
    if (one === other || one === ONE_OF_MANY) return one;
    const before = this.#shared.get(one) ?? new Set([one]);
    if (before.has(other)) return one;
    const domains = new Set([...before, other]);
    const joined = domains.size > MOST_SHARED ? ONE_OF_MANY : this.#numberOfAll(domains);
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
    const name = this.#texts.get(number) ?? this.#names.text(number);
    if (name === undefined) return undefined;
    return { name, domain: this.#texts.get(this.domainOf(number)) ?? name };
  }

  #addName(name: Uint8Array, length: number): number {
    const domain = this.#domainNumber(domainOf(new TextDecoder().decode(name.subarray(0, length))));
    const number = domain === 0 ? 0 : this.#number(domain);
    if (number !== 0) this.#names.put(name, length, number);
    return number;
  }

  #numberOfAll(domains: ReadonlySet<number>): number {
    const texts = [...domains].map((number) => this.#texts.get(number) ?? '').sort();
    return this.#domainNumber(texts.join(' or ')) || ONE_OF_MANY;
  }

  #domainNumber(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const number = this.#number();
    if (number !== 0) {
      this.#byText.set(text, number);
      this.#texts.set(number, text);
    }
    return number;
  }

  /** The next number, of a name in this domain, or else of a domain; 0 when there are too many. */
  #number(domain = this.#domains.length): number {
    if (this.#domains.length > MOST_NAMES) return 0;
    return this.#domains.push(domain) - 1;
  }
}

/** The registrable domain; the name itself where it has none, as within a VPC, and below AWS's own domains. */
function domainOf(name: string): string {
  const domain = getDomain(name, { allowPrivateDomains: true }) ?? name;
  return AWS.test(domain) ? name : domain;
}
