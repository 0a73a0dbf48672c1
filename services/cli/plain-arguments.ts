/** An option of a command as data, written as commander writes it. */
export interface OptionRow {
  /** Such as `-v, --netflow <version>`; without a value in angle brackets, a switch. */
  readonly flags: string;
  readonly about: string;
  /** What the text of a value means; the text itself when left out. */
  readonly read?: (text: string) => unknown;
  readonly default?: unknown;
}

/** The files that a command line names, and its options by their names in camel case. */
export interface PlainArguments {
  readonly files: string[];
  readonly options: object;
}

/**
 * Reads a plain command line as commander does: files, and options of the table that are written out, each with its
 * value in the next word. Loading commander and telling it the options takes longer than a short command. Gives
 * undefined for every other command line, which commander reads or explains.
 * @throws what the reader of a value throws
 */
export function readPlain(
  words: readonly string[],
  table: readonly OptionRow[],
): PlainArguments | undefined {
  const rows = table.map(named);
  const parts = [...partsOf(words, rows)];
  const files = parts.flatMap(({ row, word }) => (row === undefined ? word : []));
  if (files.length === 0 || !parts.every(isPlain)) return undefined;
  const options = new Map(rows.map((row) => [row.key, row.default]));
  // Values are read last, because their readers may have something to say, which commander's would say again.
  for (const { row, value = '' } of parts) if (row) options.set(row.key, meaningOf(row, value));
  const given = [...options].filter(([, value]) => value !== undefined);
  return { files, options: Object.fromEntries(given) };
}

interface NamedRow extends OptionRow {
  readonly short: string | undefined;
  readonly long: string;
  /** Its name in camel case. */
  readonly key: string;
  readonly isSwitch: boolean;
}

/** A word, and if that is an option, which and the word after it. */
interface Part {
  readonly word: string;
  readonly row: NamedRow | undefined;
  readonly value: string | undefined;
}

function* partsOf(words: readonly string[], rows: readonly NamedRow[]): Generator<Part> {
  const rest = words.values();
  for (const word of rest) {
    const row = rows.find(({ short, long }) => word === long || word === short);
    yield { word, row, value: row?.isSwitch === false ? rest.next().value : undefined };
  }
}

function isPlain({ word, row, value }: Part): boolean {
  if (row === undefined) return !isDashed(word);
  return row.isSwitch || (value !== undefined && !isDashed(value));
}

function meaningOf({ isSwitch, read }: NamedRow, value: string): unknown {
  if (isSwitch) return true;
  return read ? read(value) : value;
}

/** A dash alone is standard input. */
function isDashed(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

function named(row: OptionRow): NamedRow {
  const [, short, long = '', value] = /^(?:(-\w), )?(--[\w-]+)(?: (<.+>))?$/.exec(row.flags) ?? [];
  const key = long.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { ...row, short, long, key, isSwitch: value === undefined };
}
