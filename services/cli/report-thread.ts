import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { KeptTables } from '../../shared/report/measure/kept-tables.ts';
import { StepReader } from '../../shared/report/measure/table-steps.ts';
import { readDns } from './dns-input.ts';
import { UsageError } from './errors.ts';
import type { FromThread, ThreadData, ToThread } from './report-apart.ts';

/** Reads the query logs, and then keeps the sums by key of what the other thread tells, until it asks for them. */
export async function keepApart(): Promise<void> {
  const { dns, cells }: ThreadData = workerData;
  const read = await (dns && readDns(dns))?.catch(refuse);
  if (dns !== undefined && read === undefined) return;
  const { resolved, failures = [], inputs = 0 } = read ?? {};
  const steps = new StepReader((vpcName) => new KeptTables({ cells, resolved }, vpcName));
  const port = parentPort as MessagePort;
  port.on('message', (message: ToThread) => {
    if ('block' in message) {
      const { block, words } = message;
      steps.read(block, words);
      tell({ block }, [block.buffer]);
      return;
    }
    const kept = steps.keeper.tables(message.counted).contents;
    const names = resolved && {
      ...{ answers: resolved.answers, dropped: resolved.dropped },
      domains: resolved.domains.contents,
    };
    const rows = kept.hitters.map(({ values }) => values.buffer);
    tell({ tables: kept, names, logs: { failures, inputs } }, rows);
    port.close();
  });
}

function refuse(error: Error): undefined {
  tell({ refused: error.message, isUsage: error instanceof UsageError });
}

function tell(message: FromThread, transfers: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...transfers]);
}
