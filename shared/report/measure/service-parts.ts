import type { PrefixTable } from '../../flow/prefix.ts';
import type { Address } from '../../flow/record.ts';
import { MAX_VALUES } from '../../flowlog/text-fields.ts';
import type { IpRanges } from './ip-ranges.ts';

/** What tells the regions of services apart. */
export interface Geography {
  readonly ranges: IpRanges;
  /** The region that the lines are from, as far as is known when it is asked. */
  readonly home: () => string;
}

/** A service of another region than the lines are from. */
interface Part {
  readonly service: string;
  readonly region: string;
}

interface ServiceRegions {
  readonly name: string;
  readonly regions: PrefixTable<string>;
  /** The numbers of its parts in other regions. */
  readonly numbers: Map<string, number>;
}

/**
 * Numbers what of a service is in other regions, so that it counts as a service of its own. Numbers of parts come
 * after all numbers that the text fields give to services.
 */
export class ServiceParts {
  readonly #geography: Geography;
  readonly #nameOf: (service: number) => string;
  readonly #services = new Map<number, ServiceRegions | undefined>();
  readonly #parts: Part[] = [];
  /** The services with a peer that no range lists. */
  readonly unlisted = new Set<string>();

  constructor(geography: Geography, nameOf: (service: number) => string) {
    this.#geography = geography;
    this.#nameOf = nameOf;
  }

  /** The number that the traffic between a service and its peer counts under. */
  numberOf(service: number, peer: Address): number {
    if (service <= 0) return service;
    if (!this.#services.has(service)) this.#services.set(service, this.#learn(service));
    const known = this.#services.get(service);
    if (known === undefined) return service;
    const region = known.regions.of(peer);
    if (region === undefined) this.unlisted.add(known.name);
    if (region === undefined || region === this.#geography.home()) return service;
    return known.numbers.get(region) ?? this.#add(known, region);
  }

  /** The service and region with this number; undefined for a number that the text fields have given. */
  part(number: number): Part | undefined {
    return this.#parts[number - MAX_VALUES];
  }

  #learn(service: number): ServiceRegions | undefined {
    const name = this.#nameOf(service);
    const regions = this.#geography.ranges.get(name);
    return regions && { name, regions, numbers: new Map() };
  }

  #add({ name, numbers }: ServiceRegions, region: string): number {
    const number = MAX_VALUES + this.#parts.length;
    this.#parts.push({ service: name, region });
    numbers.set(region, number);
    return number;
  }
}
