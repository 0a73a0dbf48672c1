import { workerData } from 'node:worker_threads';
import { addCounts } from '../../shared/flowlog/source.ts';
import type { Aggregate } from '../../shared/report/measure/aggregate.ts';
import { FlowReader } from '../../shared/report/measure/flow-reader.ts';
import type { MakingWork, ThreadData } from './report-apart.ts';
import { openMaker, type ReportMaker } from './report-maker.ts';
import { refuse, serve } from './thread-work.ts';

/** Reads what stands beside the lines, adds up those that the other thread tells, and makes the report when it is asked. */
export async function makeApart(): Promise<void> {
  const { task }: ThreadData = workerData;
  try {
    serve(work(await openMaker(task)));
  } catch (error) {
    refuse(error as Error);
  }
}

function work({ sink, make }: ReportMaker<Aggregate>): MakingWork {
  const flows = new FlowReader(sink);
  return {
    take: (block, filled) => flows.read(block, filled),
    async answer({ records, textBytes, ...end }) {
      addCounts(sink.records, records);
      sink.textBytes = textBytes;
      return await make(end);
    },
  };
}
