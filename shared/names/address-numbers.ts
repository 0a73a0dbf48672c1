import { ADDRESS_WORDS, putAddress } from '../flow/address-key.ts';
import { HeavyHitters } from '../flow/heavy-hitters.ts';
import type { Address } from '../flow/record.ts';

/** Numbers for addresses, from 1 on; 0 is none. IPv4 has a table of its own, whose keys take a fifth of the memory. */
export class AddressNumbers {
  /** How many addresses have a number. */
  size = 0;
  readonly #v4: HeavyHitters;
  readonly #v6: HeavyHitters;

  /** There is room for so many addresses of each family. */
  constructor(most: number) {
    this.#v4 = new HeavyHitters(1, 1, most);
    this.#v6 = new HeavyHitters(ADDRESS_WORDS, 1, most);
  }

  /** The number of an address, which gets one if it is new. */
  add(address: Address): number {
    const table = this.#tableOf(address);
    const entry = table.entry();
    const known = table.values[entry] as number;
    if (known !== 0) return known;
    table.values[entry] = ++this.size;
    return this.size;
  }

  /** The number of an address; 0 when it has none. */
  find(address: Address): number {
    const table = this.#tableOf(address);
    const entry = table.find();
    return entry < 0 ? 0 : (table.values[entry] as number);
  }

  /** The table of the address's family, whose key is the address. */
  #tableOf(address: Address): HeavyHitters {
    if (address.family === 4) {
      this.#v4.key[0] = address.w0;
      return this.#v4;
    }
    putAddress(this.#v6.key, 0, address);
    return this.#v6;
  }
}
