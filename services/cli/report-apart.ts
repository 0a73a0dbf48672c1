import type { Counts } from '../../shared/flowlog/source.ts';
import { AnswerWriter } from '../../shared/report/measure/answer-entries.ts';
import { type Block, BlockWriter, newBlock } from '../../shared/report/measure/blocks.ts';
import { FlowWriter } from '../../shared/report/measure/flow-writer.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { ReadingEnd, ReportMaker, ReportTask } from './report-maker.ts';
import { Thread } from './thread.ts';
import type { ThreadWork } from './thread-work.ts';

/** So many blocks may wait for the thread, which are half a million flows. */
const MOST_BLOCKS = 32;

/** What the thread that makes the report is given. */
export interface ThreadData {
  readonly task: ReportTask;
}

/** What it is asked at the end: the report, given what was counted here. */
interface Question extends ReadingEnd {
  readonly records: Counts;
  readonly textBytes: number;
}

type MakingThread = Thread<Block, Question, Report>;
export type MakingWork = ThreadWork<Block, Question, Report>;

/** Makes the report in another thread, which is told what is read in blocks, and adds it up in the same order. */
export class MakerApart implements ReportMaker {
  readonly answers: AnswerWriter;
  readonly flows: FlowWriter;
  readonly #thread: MakingThread;
  readonly #blocks: BlockWriter;

  constructor(task: ReportTask) {
    const data: ThreadData = { task };
    this.#thread = new Thread('report', data, { newBlock, most: MOST_BLOCKS });
    this.#blocks = new BlockWriter(this.#thread);
    this.answers = new AnswerWriter(this.#blocks);
    this.flows = new FlowWriter(this.#blocks);
  }

  make({ isWhole, unread }: ReadingEnd): Promise<Report> {
    const { records, textBytes } = this.flows;
    this.#blocks.flush();
    return this.#thread.ask({ isWhole, unread, records, textBytes });
  }

  /** Ends the thread, whatever it does. */
  close(): void {
    this.#thread.close();
  }
}
