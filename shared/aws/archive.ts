import { text } from 'node:stream/consumers';
import type { ReportFiles } from '../report/model/report.ts';
import type { Objects } from './objects.ts';

/** An object with recorded lines: plain or gzip text, and where it lies. */
interface ArchivedText {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The longest that S3 signs a link for. */
const LINK_S = 7 * 86_400;
const HOUR_MS = 3_600_000;
const TYPES = { html: 'text/html; charset=utf-8', json: 'application/json' } as const;

/** By the hour in UTC in which records came, as Prefix and ErrorOutputPrefix of the stream in template.yaml say. */
const LINES = 'flows/';
const ERRORS = 'errors/processing-failed/';

/**
 * The bucket that the stack keeps: recorded lines below flows/, records that could not be processed below errors/,
 * and what was made of them below reports/.
 */
export function archive(objects: Objects, bucket: string) {
  const read = async (key: string) => await objects.read({ bucket, key });
  const keyOf = (id: string, file: keyof ReportFiles) => `reports/${id}/report.${file}`;
  async function* below(folder: string, since: Date, until: Date): AsyncGenerator<ArchivedText> {
    for (const hour of hours(since, until)) {
      const place = { bucket, prefix: `${folder}${hour}`, since, until };
      for await (const { key } of objects.list(place)) {
        const pieces = await read(key);
        if (pieces !== undefined) yield { name: `s3://${bucket}/${key}`, pieces };
      }
    }
  }
  return {
    /** Objects whose first line came between these times. */
    lines: (since: Date, until: Date) => below(LINES, since, until),

    /** Objects of records whose lines Firehose could not have processed between these times. */
    errors: (since: Date, until: Date) => below(ERRORS, since, until),

    /** Where the lines of that time lie. */
    linesUrl: (time: Date): string => `s3://${bucket}/${LINES}${hourOf(time)}`,

    /** An earlier report of the same recording is replaced. */
    async keep(id: string, files: ReportFiles): Promise<void> {
      for (const file of ['json', 'html'] as const) {
        await objects.write({ bucket, key: keyOf(id, file) }, TYPES[file], files[file]);
      }
    },

    /** A link to the page that needs no login; it ends after a week, and with the credentials that signed it. */
    link: (id: string): Promise<string> => objects.link({ bucket, key: keyOf(id, 'html') }, LINK_S),

    /** The file's text; undefined when there is none of that recording. */
    async report(id: string, file: keyof ReportFiles): Promise<string | undefined> {
      const pieces = await read(keyOf(id, file));
      return pieces && (await text(pieces));
    },

    /** The recordings that have a report, in the order of their ids. */
    async *reports(): AsyncGenerator<string> {
      for await (const { key } of objects.list({ bucket, prefix: 'reports/' })) {
        const [, id] = /^reports\/([^/]+)\/report\.json$/.exec(key) ?? [];
        if (id !== undefined) yield id;
      }
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
