import type { NumberParameter, TextParameter } from '../stack-parameters.ts';
import { printable } from '../text/printable.ts';

/** Environment variables. An empty one counts as not set, because a template cannot leave one out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one and collects the faults, so that one error names them all. */
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

  /** The result of `parse`. An error that it throws is collected under the variable's name. */
  parsed<T>(parameter: TextParameter, parse: (text: string) => T): T | undefined {
    const { variable, default: otherwise } = parameter;
    try {
      return parse(this.optional(variable) ?? otherwise);
    } catch (error) {
      return this.#fault(`${variable}: ${(error as Error).message}`);
    }
  }

  /** A whole number within the parameter's limits; its default when the variable is not set or wrong. */
  wholeNumber(parameter: NumberParameter): number {
    const { variable, default: otherwise, minimum, maximum } = parameter;
    const text = this.optional(variable);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= minimum && value <= (maximum ?? value))
      return value;
    const limit = maximum === undefined ? '' : ` to ${maximum}`;
    this.#fault(`${variable} is "${text}", not a whole number from ${minimum}${limit}`);
    return otherwise;
  }

  /** Collects a fault that was found elsewhere. */
  complain(text: string): void {
    this.#fault(text);
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
