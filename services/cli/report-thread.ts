import { workerData } from 'node:worker_threads';
import { addCounts } from '../../shared/flowlog/source.ts';
import { FlowReader } from '../../shared/report/measure/flow-reader.ts';
import type { MakingWork, ThreadData } from './report-apart.ts';
import { openMaker, type ReportMaker } from './report-maker.ts';
import { refuse, serve } from './thread-work.ts';

/** Reads what stands beside the lines, adds up what the other thread tells, and makes the report when it is asked. */
export async function makeApart(): Promise<void> {
  const { task }: ThreadData = workerData;
  try {
    serve(work(await openMaker(task)));
  } catch (error) {
    refuse(error as Error);
  }
}

function work({ flows, answers, make }: ReportMaker): MakingWork {
  const reader = new FlowReader(flows, answers);
  return {
    take: (block, filled) => reader.read(block, filled),
    async answer({ records, textBytes, ...end }) {
      addCounts(flows.records, records);
      flows.textBytes = textBytes;
      return await make(end);
    },
  };
}
