import type { AggregateOptions } from '../../shared/report/measure/aggregate.ts';
import { KeptTables } from '../../shared/report/measure/kept-tables.ts';
import { type DnsRead, readDns } from './dns-input.ts';
import { areForThreads, type Input } from './input.ts';
import type { ReportOptions } from './report-options.ts';

/** What became of the query logs: those that could not be read to their end, and of how many. */
export interface LogsOutcome extends Pick<DnsRead, 'inputs'> {
  readonly failures: readonly Pick<Error, 'message'>[];
}

/** The sums by key of a report, wherever they are kept. */
export interface ReportTables {
  readonly keeper: AggregateOptions['keeper'];
  /** Resolves when all that was added has been, and these tables can be read; with what became of the query logs. */
  finish(counted: number): Promise<LogsOutcome>;
  /** Ends what is still at work. */
  close(): void;
}

/**
 * Opens tables with the names of `--dns`. Those of large inputs are kept by another thread, which also reads the query
 * logs.
 * @throws UsageError for query logs that cannot be read.
 */
export async function openTables(
  inputs: readonly Input[],
  { dns, html }: Pick<ReportOptions, 'dns' | 'html'>,
): Promise<ReportTables> {
  const cells = html !== undefined;
  if (areForThreads(inputs)) {
    const { tablesApart } = await import('./report-apart.ts');
    return tablesApart({ dns, cells });
  }
  const { resolved, failures = [], inputs: logs = 0 } = dns ? await readDns(dns) : {};
  return {
    keeper: (vpcName) => new KeptTables({ cells, resolved }, vpcName),
    finish: async () => ({ failures, inputs: logs }),
    close() {},
  };
}
