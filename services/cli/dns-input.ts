import type { AnswerSink } from '../../shared/names/answer-sink.ts';
import { readQueryLog } from '../../shared/names/read-query-log.ts';
import { InputError, RunError, UsageError } from './errors.ts';
import { type Input, inputError, openCounted } from './input.ts';
import { Progress } from './progress.ts';
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
  const progress = new Progress(inputs, () => answers.answers, 'answers of query logs');
  try {
    for (const input of inputs) {
      const read = await readLog(input, answers);
      if (read instanceof InputError) failures.push(read);
      else records += read;
    }
  } finally {
    progress.stop();
  }
  if (records === 0 && failures.length === 0) {
    throw new UsageError(
      `--dns ${files.join(', ')}: no line is a record of Route 53 Resolver's query log`,
    );
  }
  answers.seal();
  return { failures, inputs: inputs.length };
}

/** How many records it has, or why it could not be read to its end. */
async function readLog(input: Input, answers: AnswerSink): Promise<number | InputError> {
  try {
    return await readQueryLog(await openCounted(input), answers);
  } catch (error) {
    // The thread that takes the answers cannot go on.
    if (error instanceof UsageError || error instanceof RunError) throw error;
    return inputError(input.name, error);
  }
}
