import type { FlowLine } from '../../../shared/collector/flow-line.ts';
import { isPrivateHost } from '../../../shared/flow/private-addresses.ts';

const SHOWN = 3;
/** Addresses of a user's files that are told apart; later ones count as others, so that memory has an end. */
const MOST = 10_000;
const OTHERS = 'others';

/** The bytes of each client in the flows so far. */
export class Talkers {
  readonly #names: Readonly<Record<string, string>>;
  readonly #bytes = new Map<string, number>();

  /** `names` are those of addresses. */
  constructor(names: Readonly<Record<string, string>>) {
    this.#names = names;
  }

  add(flows: readonly FlowLine[]): void {
    for (const { src_addr: source, dst_addr: destination, bytes } of flows) {
      const client = !isPrivateHost(source) && isPrivateHost(destination) ? destination : source;
      const key = this.#bytes.has(client) || this.#bytes.size < MOST ? client : OTHERS;
      this.#bytes.set(key, (this.#bytes.get(key) ?? 0) + Number(bytes));
    }
  }

  /** Those with the most bytes. */
  most(): { readonly name: string; readonly bytes: number }[] {
    const sorted = [...this.#bytes].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
    return sorted.map(([address, bytes]) => ({ name: this.#names[address] ?? address, bytes }));
  }
}
