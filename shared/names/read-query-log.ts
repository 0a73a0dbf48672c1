import { decompress } from '../flowlog/decompress.ts';
import { wholeLines } from '../flowlog/whole-lines.ts';
import type { ResolvedNames } from './resolved-names.ts';
import { readAnswer } from './resolver-log.ts';

/**
 * Adds the answers of a query log of Route 53 Resolver, plain or gzip, and returns how many of its lines are records of
 * queries. Other lines are left out.
 * @throws Error when the input breaks off; what was read before has been added.
 */
export async function readQueryLog(
  input: AsyncIterable<Uint8Array>,
  resolved: ResolvedNames,
): Promise<number> {
  let records = 0;
  for await (const lines of wholeLines(decompress(input))) {
    for (const line of lines.toString('latin1').split('\n')) {
      const answer = line === '' ? undefined : readAnswer(line);
      if (answer === undefined) continue;
      records++;
      resolved.add(answer);
    }
  }
  return records;
}
