import type { AnswerSink } from '../../shared/names/answer-sink.ts';
import { readQueryLog } from '../../shared/names/read-query-log.ts';
import { type InputError, UsageError } from './errors.ts';
import { inputError } from './input.ts';
import { openAll } from './s3-input.ts';

/** Query logs that could not be read to their end, and of how many inputs. */
export interface DnsRead {
  readonly failures: readonly InputError[];
  readonly inputs: number;
}

/**
 * Reads the query logs of `--dns`. Of one that cannot be read to its end, what was read before counts.
 * @throws UsageError for a file that cannot be read, or when no line is a record of a query.
 */
export async function readDns(files: readonly string[], answers: AnswerSink): Promise<DnsRead> {
  // Answers of any age count: an address may have been looked up long before its flows.
  const inputs = await openAll(files, {});
  const failures: InputError[] = [];
  let records = 0;
  for (const input of inputs) {
    try {
      records += await readQueryLog(await input.open(), answers);
    } catch (error) {
      failures.push(inputError(input.name, error));
    }
  }
  if (records === 0 && failures.length === 0) {
    throw new UsageError(
      `--dns ${files.join(', ')}: no line is a record of Route 53 Resolver's query log`,
    );
  }
  answers.seal();
  return { failures, inputs: inputs.length };
}
