import { NEWLINE } from '../text/ascii.ts';
import { lookAhead } from './look-ahead.ts';

/** The forms of an uncompressed input. */
export type Form = 'parquet' | 'nothing' | 'records' | 'json' | 'times' | 'tabs' | 'csv' | 'text';

/**
 * The one place where the form of an uncompressed input is recognised, by how it begins; the first pattern
 * that matches counts, and all else is text.
 */
const FORMS: readonly (readonly [Form, RegExp])[] = [
  // https://parquet.apache.org/docs/file-format/
  ['parquet', /^PAR1/],
  // The object by which an export of CloudWatch Logs finds out whether it may write.
  ['nothing', /^Permission Check Successful\s*$/],
  // What Firehose delivers is text: the reader of lines takes such records off where they are.
  ['records', /^\{"message":"/],
  ['json', /^(\u00ef\u00bb\u00bf)?\s*[[{]/],
  // Exports of CloudWatch Logs and `aws logs tail` put a time before each line, the latter perhaps in color.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a color is a control character.
  ['times', /^(?:\u001b\[[\d;]*m)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* /],
  // `aws logs` with `--output text`: events, tokens before them, or several messages on a line.
  ['tabs', /^(?:EVENTS\t|[bf]\/\d+\S*\t|[^\t\n]+ [^\t\n]+\t[^\t\n]+ )/],
  ['csv', /^(\u00ef\u00bb\u00bf)?["@\w-]+,["@\w,-]+(\r?\n|$)/],
];

/** As much is looked at where no line ends before. A header line of all fields is shorter. */
const LOOK_BYTES = 4096;

/**
 * Gives what `read` makes of an input in this form.
 */
export function byForm<T>(
  input: AsyncIterable<Uint8Array>,
  read: (form: Form, whole: AsyncIterable<Uint8Array>) => AsyncIterable<T>,
): AsyncGenerator<T> {
  return lookAhead(input, isEnough, (beginning, whole) => read(formOf(beginning), whole));
}

/** The line that has text first is there. */
function isEnough(beginning: Uint8Array): boolean {
  const from = beginning.findIndex((byte) => byte > 32);
  return beginning.length >= LOOK_BYTES || (from >= 0 && beginning.indexOf(NEWLINE, from) >= 0);
}

/** The form of an input that begins with these bytes. */
export function formOf(beginning: Uint8Array): Form {
  const look = Buffer.from(beginning.subarray(0, LOOK_BYTES)).toString('latin1');
  return FORMS.find(([, pattern]) => pattern.test(look))?.[0] ?? 'text';
}
