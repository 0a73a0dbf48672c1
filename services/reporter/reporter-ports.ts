import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import type { Message } from '../../shared/notification/message.ts';
import type { ReportFiles } from '../../shared/report/model/report.ts';
import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import type { Place } from '../../shared/report/render/mail.ts';

/** An object of the archive: plain or gzip text, and its name for messages. */
export interface ArchivedText {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The reporter's calls to the outside. */
export interface ReporterPorts {
  /** Objects collected between these times. */
  readonly archive: (since: Date, until: Date) => AsyncIterable<ArchivedText>;
  /** Objects of records that Firehose could not have processed between these times. */
  readonly errors: (since: Date, until: Date) => AsyncIterable<ArchivedText>;
  /** Files of names: those directly below names/, and lists of pods of these times. */
  readonly names: (since: Date, until: Date) => AsyncIterable<ArchivedText>;
  /** Query logs of Route 53 Resolver of these times. */
  readonly queryLogs: (since: Date, until: Date) => AsyncIterable<ArchivedText>;
  /** The database of AS numbers, if there is one. */
  readonly asn: () => AsyncIterable<ArchivedText>;
  readonly describe: () => Promise<VpcDescription>;
  /** AWS's ip-ranges.json; undefined: it is not to be read. */
  readonly ipRanges: (() => Promise<unknown>) | undefined;
  /** CloudWatch's answer to GetMetricData for the gateway. */
  readonly meter: (gatewayId: string, from: Date, to: Date) => Promise<unknown>;
  /** Stores the report, and returns where it and its flow log lines are found. */
  readonly storeReport: (recording: EndedRecording, files: ReportFiles) => Promise<Place>;
  /** Sends a message about the recording, or digest, `id`. */
  readonly notify: (id: string, message: Message) => Promise<void>;
  /** The script of the page. */
  readonly pageScript: () => Promise<string>;
  readonly warn: (message: string) => void;
  readonly now: () => number;
}
