/** More than the interfaces that are told apart by number. */
const MOST_GATEWAYS = 8192;

/**
 * Numbers for what tells apart sources with the same address: its owner at the time, and where sources are grouped by
 * gateway, the gateway. 0 is an address with neither.
 */
export class Origins {
  readonly #byGateway: boolean;
  readonly #origins: { readonly tenure: number; readonly gateway: number }[] = [];
  readonly #numbers = new Map<number, number>();

  constructor(byGateway: boolean) {
    this.#byGateway = byGateway;
  }

  /** The number of an origin. */
  number(tenure: number, gateway: number): number {
    if (!this.#byGateway) return tenure;
    const key = tenure * MOST_GATEWAYS + gateway;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#origins.push({ tenure, gateway });
    this.#numbers.set(key, number);
    return number;
  }

  /** The tenure and the number of the gateway's interface; 0 where sources are not told apart by them. */
  of(number: number): { readonly tenure: number; readonly gateway: number } {
    return this.#origins[number - 1] ?? { tenure: this.#byGateway ? 0 : number, gateway: 0 };
  }
}
