import type { Counts } from '../../shared/flowlog/source.ts';
import { type Block, newBlock } from '../../shared/report/measure/flow-steps.ts';
import { FlowWriter } from '../../shared/report/measure/flow-writer.ts';
import type { MadeReport, ReadingEnd, ReportMaker, ReportTask } from './report-maker.ts';
import { Thread } from './thread.ts';
import type { ThreadWork } from './thread-work.ts';

/** So many blocks may wait for the thread. They have the flows that are read while it reads query logs. */
const MOST_BLOCKS = 96;

/** What the thread that makes the report is given. */
export interface ThreadData {
  readonly task: ReportTask;
}

/** What it is asked at the end: the report, given what was counted here. */
export interface Question extends ReadingEnd {
  readonly records: Counts;
  readonly textBytes: number;
}

type MakingThread = Thread<Block, Question, MadeReport>;
export type MakingWork = ThreadWork<Block, Question, MadeReport>;

/** Makes the report in another thread, which is told the lines in blocks, and adds them up in their order. */
export class MakerApart implements ReportMaker<FlowWriter> {
  readonly sink: FlowWriter;
  readonly #thread: MakingThread;

  constructor(task: ReportTask) {
    const data: ThreadData = { task };
    this.#thread = new Thread('report', data, { newBlock, most: MOST_BLOCKS });
    this.sink = new FlowWriter(this.#thread);
  }

  make({ isWhole, unread }: ReadingEnd): Promise<MadeReport> {
    const { records, textBytes } = this.sink;
    this.sink.flush();
    return this.#thread.ask({ isWhole, unread, records, textBytes });
  }

  /** Ends the thread, whatever it does. */
  close(): void {
    this.#thread.close();
  }
}
