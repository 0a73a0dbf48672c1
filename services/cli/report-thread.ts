import { workerData } from 'node:worker_threads';
import { KeptTables } from '../../shared/report/measure/kept-tables.ts';
import { StepReader } from '../../shared/report/measure/table-steps.ts';
import { type DnsRead, readDns } from './dns-input.ts';
import type { KeepingWork, ThreadData } from './report-apart.ts';
import { refuse, serve } from './thread-work.ts';

/** Reads the query logs, and then keeps the sums by key of what the other thread tells, until it asks for them. */
export async function keepApart(): Promise<void> {
  const { dns, cells }: ThreadData = workerData;
  try {
    serve(keep(cells, dns && (await readDns(dns))));
  } catch (error) {
    refuse(error as Error);
  }
}

function keep(
  cells: boolean,
  { resolved, failures = [], inputs = 0 }: Partial<DnsRead> = {},
): KeepingWork {
  const steps = new StepReader((vpcName) => new KeptTables({ cells, resolved }, vpcName));
  return {
    take: (block, filled) => steps.read(block, filled),
    answer(counted) {
      const tables = steps.keeper.tables(counted).contents;
      const names = resolved && {
        ...{ answers: resolved.answers, dropped: resolved.dropped },
        domains: resolved.domains.contents,
      };
      return {
        outcome: { tables, names, logs: { failures, inputs } },
        buffers: tables.hitters.map(({ values }) => values.buffer),
      };
    },
  };
}
