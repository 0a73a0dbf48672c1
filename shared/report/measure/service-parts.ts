import type { Address } from '../../flow/record.ts';
import { ABSENT, MAX_VALUES, OTHERS } from '../../flowlog/text-fields.ts';
import type { IpRanges } from './ip-ranges.ts';

/** What tells the services and regions of AWS's addresses. */
export interface Geography {
  readonly ranges: IpRanges;
  /** The region that the lines are from, as far as is known when it is asked. */
  readonly home: () => string;
}

/** A service, or what of it is in another region than the lines are from. */
interface Part {
  readonly service: string;
  /** Empty: the region that the lines are from, or the service has none. */
  readonly region: string;
}

/** What flow logs call a service that they do not name, and AWS's ranges all that is AWS's. */
const NOT_NAMED = 'AMAZON';
/** The region of what is in no region. */
const GLOBAL = 'GLOBAL';
/** Bounds memory; further addresses are looked up again. */
const MOST_ADDRESSES = 65_536;

/**
 * Numbers services by AWS's address ranges: where the lines do not name the service of an address, its ranges do; and
 * what of a service is in another region counts as a service of its own. Numbers come after all numbers that the text
 * fields give to services.
 */
export class ServiceParts {
  readonly #geography: Geography;
  readonly #nameOf: (service: number) => string;
  readonly #numbers = new Map<string, number>();
  readonly #parts: Part[] = [];
  /** What was found for IPv4 addresses, by the lines' service. */
  readonly #found = new Map<number, Map<number, number>>();
  #addresses = 0;
  /** The services with a peer that no range lists. */
  readonly unlisted = new Set<string>();

  constructor(geography: Geography, nameOf: (service: number) => string) {
    this.#geography = geography;
    this.#nameOf = nameOf;
  }

  /** The number that the traffic between a service and its peer counts under. A negative service is not said. */
  numberOf(service: number, peer: Address): number {
    if (service === ABSENT || service === OTHERS || peer.family === 0) return service;
    if (peer.family !== 4) return this.#learn(service, peer);
    if (this.#addresses >= MOST_ADDRESSES) this.#forget();
    const found = this.#found.get(service) ?? new Map<number, number>();
    this.#found.set(service, found);
    const known = found.get(peer.w0);
    if (known !== undefined) return known;
    const number = this.#learn(service, peer);
    found.set(peer.w0, number);
    this.#addresses++;
    return number;
  }

  /** The service and region with this number; undefined for a number that the text fields have given. */
  part(number: number): Part | undefined {
    return this.#parts[number - MAX_VALUES];
  }

  #learn(id: number, peer: Address): number {
    const { ranges, home } = this.#geography;
    const said = id < 0 ? NOT_NAMED : this.#nameOf(id);
    const service = said === NOT_NAMED ? (ranges.services.of(peer) ?? said) : said;
    const region = ranges.regions.get(service)?.of(peer);
    // The list is of all that is AWS's.
    if (id < 0 && region === undefined) return ABSENT;
    if (region === undefined) this.unlisted.add(service);
    const isHere = region === undefined || region === GLOBAL || region === home();
    return this.#number({ service, region: isHere ? '' : region });
  }

  #number(part: Part): number {
    const key = `${part.service} ${part.region}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = MAX_VALUES + this.#parts.push(part) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  #forget(): void {
    this.#found.clear();
    this.#addresses = 0;
  }
}
