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
  const options: Record<string, unknown> = {};
  for (const row of rows) if (row.default !== undefined) options[row.key] = row.default;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!isDashed(word)) {
      files.push(word);
      continue;
    }
    const row = rows.find(({ short, long }) => word === long || word === short);
    if (row === undefined) return undefined;
    if (row.isSwitch) {
      options[row.key] = true;
      continue;
    }
    const value = words[++at];
    if (value === undefined || isDashed(value)) return undefined;
    options[row.key] = row.read ? row.read(value) : value;
  }
  return files.length > 0 ? { files, options } : undefined;
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
