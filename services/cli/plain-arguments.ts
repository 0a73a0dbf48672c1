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
  const rows = table.map((row) => ({ ...row, ...namesOf(row.flags) }));
  const files: string[] = [];
  const given: [key: string, value: () => unknown][] = rows
    .filter((row) => row.default !== undefined)
    .map((row) => [row.key, () => row.default]);
  const rest = words.values();
  for (const word of rest) {
    const row = rows.find(({ short, long }) => word === long || word === short);
    if (row === undefined && isDashed(word)) return undefined;
    if (row === undefined) files.push(word);
    else {
      const value = row.isSwitch ? () => true : valueOf(row, rest.next().value);
      if (value === undefined) return undefined;
      given.push([row.key, value]);
    }
  }
  if (files.length === 0) return undefined;
  // Values are read last, because their readers may have something to say, which commander's would say again.
  return { files, options: Object.fromEntries(given.map(([key, value]) => [key, value()])) };
}

/** The value that a word is; undefined when it may be an option. */
function valueOf({ read }: OptionRow, word: string | undefined): (() => unknown) | undefined {
  if (word === undefined || isDashed(word)) return undefined;
  return () => (read ? read(word) : word);
}

/** A dash alone is standard input. */
function isDashed(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

function namesOf(flags: string) {
  const [, short, long = '', value] = /^(?:(-\w), )?(--[\w-]+)(?: (<.+>))?$/.exec(flags) ?? [];
  const key = long.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { short, long, key, isSwitch: value === undefined };
}
