import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type DeliveryReport, readDeliveryReport } from '../../shared/contract/delivery-report.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { Counts } from '../../shared/flowlog/source.ts';
import { NEWLINE } from '../../shared/text/ascii.ts';
import { LocalFirehose } from '../local-aws/firehose/stream.ts';
import type { FolderBucket } from '../local-aws/folder-bucket.ts';
import type { LambdaFunction } from '../local-aws/lambda/function.ts';
import type { StoryClock } from './story-clock.ts';
import type { OnEvent } from './story-events.ts';

/** What the archive holds. */
export interface ArchiveTotals {
  /** The objects of flow log lines, as paths of files. */
  readonly files: readonly string[];
  readonly lines: number;
  /** How many objects there are of records that could not be processed. */
  readonly failed: number;
}

/** What a stream is made of. */
export interface StreamParts {
  readonly clock: StoryClock;
  readonly streamArn: string;
  readonly forwarder: LambdaFunction;
  readonly bucket: FolderBucket;
  /** The folders of the archive, without their last slash. */
  readonly folder: string;
  readonly errorFolder: string;
  /** The format of its lines; undefined: they are recognised. */
  readonly format?: Format | undefined;
  readonly onEvent: OnEvent;
  /** The stream is that of the continuous sources. */
  readonly isContinuous?: boolean;
}

/** From the end of an aggregation window until AWS puts its lines into the stream. */
export const LOG_DELIVERY_MS = 60_000;
const PUT_RECORDS = 500;
const HOUR = '!{timestamp:yyyy/MM/dd/HH}';
/** The settings of the streams in the template. */
const STREAM = {
  processor: { bytes: 3 * 1024 * 1024, ms: 5_000 },
  destination: { bytes: 64 * 1024 * 1024, ms: 60_000 },
};

/** A stream of the template: its lines, its forwarder and its part of the archive. */
export class StoryStream {
  readonly firehose: LocalFirehose;
  /** What the forwarder has published, one report for each delivery. */
  readonly reports: DeliveryReport[] = [];
  readonly #parts: StreamParts;
  /** Counts the lines that are put into the stream. */
  readonly #delivered: FlowLogParser;

  constructor(parts: StreamParts) {
    const { clock, format, forwarder, streamArn, bucket, folder, errorFolder, onEvent } = parts;
    this.#parts = parts;
    this.#delivered = new FlowLogParser({ format });
    this.firehose = new LocalFirehose({
      ...STREAM,
      ...{ streamArn, clock, prefix: `${folder}/${HOUR}/` },
      errorPrefix: `${errorFolder}/!{firehose:error-output-type}/${HOUR}/`,
      transform: (event) => forwarder.call(event),
      put: async (key, bytes) => {
        await bucket.put(key, bytes);
        const file = bucket.file(key);
        onEvent({ at: clock.now(), kind: 'archived', file, bytes: bytes.length });
      },
    });
  }

  /** The lines that were put into the stream, by kind. */
  get delivered(): Counts {
    return this.#delivered.counts;
  }

  /** Puts lines into the stream as log delivery does. */
  deliver(lines: readonly string[]): void {
    for (const line of lines) this.#delivered.write(Buffer.from(`${line}\n`));
    for (let first = 0; first < lines.length; first += PUT_RECORDS) {
      this.firehose.putRecordBatch(
        lines
          .slice(first, first + PUT_RECORDS)
          .map((message) => ({ Data: Buffer.from(`${JSON.stringify({ message })}\n`) })),
      );
    }
  }

  /** Reads what the forwarder has published since the last call. @throws ShapeError when it breaks the contract. */
  collectReports(): void {
    const { forwarder, clock, onEvent, isContinuous = false } = this.#parts;
    for (const { values } of forwarder.metrics.slice(this.reports.length)) {
      const report = readDeliveryReport(values);
      const number = this.reports.push(report);
      onEvent({ at: clock.now(), kind: 'delivery', number, report, isContinuous });
    }
  }

  /** Counts what the archive holds of it. */
  async archived(): Promise<ArchiveTotals> {
    const { bucket, folder, errorFolder } = this.#parts;
    const files = await bucket.files(folder);
    const failed = (await bucket.files(`${errorFolder}/processing-failed`)).length;
    return { files, lines: await countLines(files), failed };
  }
}

/** The number of lines in gzip files. */
async function countLines(files: readonly string[]): Promise<number> {
  let lines = 0;
  for (const file of files) {
    for await (const piece of createReadStream(file).pipe(createGunzip())) {
      for (const byte of piece as Uint8Array) if (byte === NEWLINE) lines++;
    }
  }
  return lines;
}
