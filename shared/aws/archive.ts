import { text } from 'node:stream/consumers';
import type { ReportFiles } from '../report/model/report.ts';
import type { ObjectQuery } from './list-objects.ts';
import type { Objects } from './objects.ts';

/** An object with recorded lines: its s3:// URL and its bytes, plain or gzip text. */
interface ArchivedText {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The longest validity that S3 allows for a presigned URL. */
const LINK_S = 7 * 86_400;
const HOUR_MS = 3_600_000;
const TYPES = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
} as const;

/** Reports of months. */
const MONTHS = 'reports/month/';

/** By the hour in UTC in which records came, as Prefix and ErrorOutputPrefix of the stream in template.yaml say. */
const LINES = 'flows/';
const ERRORS = 'errors/processing-failed/';
/** Names of one's own, and below it lists of pods, which are made again and again. */
const NAMES = 'names/';
const PODS = 'names/pods/';
/** A database of AS numbers. */
const ASN = 'names/asn.mmdb';
/** Query logs of Route 53 Resolver. */
const QUERY_LOGS = 'dns/';

/**
 * The stack's bucket: names below names/, query logs below dns/, recorded lines below flows/ and records that could not be processed below errors/, both in one
 * folder per UTC hour of arrival (the stream's prefixes in template.yaml), and reports below reports/.
 */
export function archive(objects: Objects, bucket: string) {
  const read = async (key: string) => await objects.read({ bucket, key });
  const keyOf = (id: string, file: keyof ReportFiles) => `reports/${id}/report.${file}`;
  async function* all(query: Omit<ObjectQuery, 'bucket'>): AsyncGenerator<ArchivedText> {
    for await (const { key } of objects.list({ bucket, ...query })) {
      const pieces = await read(key);
      if (pieces !== undefined) yield { name: `s3://${bucket}/${key}`, pieces };
    }
  }
  async function* below(folder: string, since: Date, until: Date): AsyncGenerator<ArchivedText> {
    for (const hour of hours(since, until)) {
      yield* all({ prefix: `${folder}${hour}`, since, until });
    }
  }
  return {
    ...sentWays(objects, bucket),

    /** Objects whose first line arrived between these times. A deleted object is skipped. */
    lines: (since: Date, until: Date) => below(LINES, since, until),

    /** Objects of records whose lines Firehose could not have processed between these times. */
    errors: (since: Date, until: Date) => below(ERRORS, since, until),

    /** Files of names: those directly below names/, whatever their age, and lists of pods of these times. */
    async *names(since: Date, until: Date): AsyncGenerator<ArchivedText> {
      for await (const { key } of objects.list({ bucket, prefix: NAMES })) {
        if (!/^names\/[^/]+\.(?:csv|json|txt)(?:\.gz)?$/.test(key)) continue;
        const pieces = await read(key);
        if (pieces !== undefined) yield { name: `s3://${bucket}/${key}`, pieces };
      }
      yield* all({ prefix: PODS, since, until });
    },

    /** The database of AS numbers, if there is one. */
    async *asn(): AsyncGenerator<ArchivedText> {
      const pieces = await read(ASN);
      if (pieces !== undefined) yield { name: `s3://${bucket}/${ASN}`, pieces };
    },

    /** Query logs of Route 53 Resolver of these times. */
    queryLogs: (since: Date, until: Date) => all({ prefix: QUERY_LOGS, since, until }),

    /** The URL of the folder for lines that arrived at that time. */
    linesUrl: (time: Date): string => `s3://${bucket}/${LINES}${hourOf(time)}`,

    /** Where the page of a recording's report lies. */
    pageUrl: (id: string): string => `s3://${bucket}/${keyOf(id, 'html')}`,

    /** An earlier report of the same recording is replaced. */
    async storeReport(id: string, files: ReportFiles): Promise<void> {
      for (const file of ['json', 'html'] as const) {
        await objects.write({ bucket, key: keyOf(id, file) }, TYPES[file], files[file]);
      }
    },

    /** A presigned URL of the page. It expires after a week, or with the credentials that signed it. */
    link: (id: string): Promise<string> => objects.link({ bucket, key: keyOf(id, 'html') }, LINK_S),

    /** The file's text; undefined when the recording has no report. */
    async report(id: string, file: keyof ReportFiles): Promise<string | undefined> {
      const pieces = await read(keyOf(id, file));
      return pieces && (await text(pieces));
    },

    /** The recordings that have a report and an id that begins so, in the order of their ids. */
    async *reports(beginning = ''): AsyncGenerator<string> {
      for await (const { key } of objects.list({ bucket, prefix: `reports/${beginning}` })) {
        const [, id] = /^reports\/([^/]+)\/report\.json$/.exec(key) ?? [];
        if (id !== undefined) yield id;
      }
    },
  };
}

/** Notes of messages that were sent on some of their ways, beside the reports. */
function sentWays(objects: Objects, bucket: string) {
  const keyOf = (id: string) => `reports/${id}/sent.json`;
  return {
    /** The ways on which the message `id` was sent, when another failed; none where that is not noted. */
    async sentWays(id: string): Promise<string[]> {
      const pieces = await objects.read({ bucket, key: keyOf(id) });
      return pieces === undefined ? [] : JSON.parse(await text(pieces));
    },

    noteSentWays: (id: string, ways: readonly string[]): Promise<void> =>
      objects.write({ bucket, key: keyOf(id) }, TYPES.json, JSON.stringify(ways)),
  };
}

/** The reports of months in the stack's bucket. */
export function monthFiles(objects: Objects, bucket: string) {
  return {
    /** Stores the report of a month, and returns the URLs of its files. */
    async storeMonthFiles(
      month: string,
      files: Readonly<Record<'json' | 'txt', string>>,
    ): Promise<string[]> {
      const urls: string[] = [];
      for (const file of ['txt', 'json'] as const) {
        const key = `${MONTHS}${month}.${file}`;
        await objects.write({ bucket, key }, TYPES[file], files[file]);
        urls.push(`s3://${bucket}/${key}`);
      }
      return urls;
    },
  };
}

function* hours(since: Date, until: Date): Generator<string> {
  const first = Math.floor(since.getTime() / HOUR_MS) * HOUR_MS;
  for (let hour = first; hour < until.getTime(); hour += HOUR_MS) yield hourOf(new Date(hour));
}

function hourOf(time: Date): string {
  return `${time.toISOString().slice(0, 13).replace(/[-T]/g, '/')}/`;
}
