import { printable } from './text/printable.ts';

/** The environment's variables; those set to nothing count as not set, as templates cannot leave one out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one and keeps what is wrong with them, so that one error can say it all. */
export class SettingsReader {
  readonly #environment: Environment;
  readonly #faults: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  optional(name: string): string | undefined {
    return this.#environment[name] || undefined;
  }

  text(name: string): string {
    return this.optional(name) ?? this.#fault(`${name} is not set`) ?? '';
  }

  /** What `parse` makes of the text; the fault it throws is kept, and told with the variable's name. */
  parsed<T>(name: string, otherwise: string, parse: (text: string) => T): T | undefined {
    try {
      return parse(this.optional(name) ?? otherwise);
    } catch (error) {
      return this.#fault(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** A whole number from 0 on; without a maximum, any. */
  integer(name: string, otherwise: number, maximum = Number.MAX_SAFE_INTEGER): number {
    const text = this.optional(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= maximum) return value;
    const limit = maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
    this.#fault(`${name} is "${text}", not a whole number from 0${limit}`);
    return otherwise;
  }

  /** @throws Error when anything was wrong. */
  finish(): void {
    if (this.#faults.length > 0) {
      throw new Error(printable(`settings: ${this.#faults.join('; ')}`));
    }
  }

  #fault(text: string): undefined {
    this.#faults.push(text);
  }
}
