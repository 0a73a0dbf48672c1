import { wholeLines } from './whole-lines.ts';

/**
 * What `--output text` of the AWS CLI prints besides events: the log streams that were searched, and the tokens of
 * `get-log-events`.
 */
const NO_EVENT = /^(?:SEARCHEDLOGSTREAMS\t|[bf]\/\d+(?:\/\w+)?(?:\t|$))/;

/**
 * The lines of a log group in `--output text` of the AWS CLI. An event is a line of values between tabs, in the
 * order of their names, with the message before the timestamp; messages alone, as a query gives them, are on one line.
 */
export async function* withoutTabs(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const lines of wholeLines(text)) {
    const messages = lines.toString('latin1').split(/\r?\n/).slice(0, -1).flatMap(messagesOf);
    yield Buffer.from(messages.map((message) => `${message}\n`).join(''), 'latin1');
  }
}

function messagesOf(line: string): readonly string[] {
  if (NO_EVENT.test(line)) return [];
  const values = line.split('\t');
  if (values[0] !== 'EVENTS') return values;
  return [values.at(-2) ?? line];
}
