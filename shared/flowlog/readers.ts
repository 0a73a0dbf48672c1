import type { Format } from './format.ts';
import type { TextFlow } from './text-flow.ts';

/**
 * Reads the line whose first value begins at `at` into `flow` and returns where its newline is,
 * or -1 when the line does not read as the format says. `bytes` and `view` show the same window; the
 * sixteen bytes after the line's newline must exist, and their values do not matter.
 */
export type LineReader = (bytes: Uint8Array, view: DataView, at: number, flow: TextFlow) => number;

/** More formats than an archive has. Bounds memory where each line is another header. */
const MOST_FORMATS = 64;

/** The readers of formats. Formats with the same fields, as each header announces one, share theirs. */
export class Readers {
  readonly #byFormat = new WeakMap<Format, LineReader>();
  readonly #byFields = new Map<string, LineReader>();

  /** The reader of a format; undefined when it has none. */
  get(format: Format): LineReader | undefined {
    const known = this.#byFormat.get(format) ?? this.#byFields.get(format.join(' '));
    if (known !== undefined) this.#byFormat.set(format, known);
    return known;
  }

  set(format: Format, reader: LineReader): void {
    if (this.#byFields.size === MOST_FORMATS) this.#byFields.clear();
    this.#byFields.set(format.join(' '), reader);
    this.#byFormat.set(format, reader);
  }
}
