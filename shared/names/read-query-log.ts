import { decompress } from '../flowlog/decompress.ts';
import { wholeLines } from '../flowlog/whole-lines.ts';
import { NEWLINE } from '../text/ascii.ts';
import type { AnswerSink } from './answer-sink.ts';
import { ResolverLogReader } from './resolver-log.ts';

/**
 * Adds the answers of a query log of Route 53 Resolver, plain or gzip, and returns how many of its lines are records of
 * queries. Other lines are left out.
 * @throws Error when the input breaks off; what was read before has been added.
 */
export async function readQueryLog(
  input: AsyncIterable<Uint8Array>,
  answers: AnswerSink,
): Promise<number> {
  const reader = new ResolverLogReader();
  let records = 0;
  for await (const lines of wholeLines(decompress(input))) {
    for (let at = 0; at < lines.length; ) {
      const newline = lines.indexOf(NEWLINE, at);
      const end = newline < 0 ? lines.length : newline;
      if (reader.read(lines, at, end)) {
        records++;
        answers.add(reader);
      }
      at = end + 1;
    }
    const room = answers.room?.();
    if (room !== undefined) await room;
  }
  return records;
}
