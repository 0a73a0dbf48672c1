import { text } from 'node:stream/consumers';
import {
  NewerSummary,
  type RecordingSummary,
  readSummary,
  summaryFolder,
  summaryKey,
} from '../contract/recording-summary.ts';
import { errorAbout } from '../error-about.ts';
import type { ReadSummaries } from '../report/model/month.ts';
import type { Objects } from './objects.ts';

/** A bucket, and the beginning of the keys in it, without a slash at its end; empty: none. */
export interface SummaryPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** An object, by its key below the prefix, and its size in bytes. */
interface Listed {
  readonly key: string;
  readonly size: number;
}

const TYPE = 'application/json';
/** Summaries have some ten kilobytes. What is larger is none, and is not read. */
const MOST_BYTES = 1_048_576;
/** How many objects are read at a time. */
const AT_ONCE = 20;

/** `bucket` or `bucket/prefix`, perhaps with a slash at its end, as parameters have it. */
export function summaryPlace(bucketAndPrefix: string): SummaryPlace {
  const [, bucket = '', prefix = ''] = /^([^/]*)\/?(.*?)\/*$/.exec(bucketAndPrefix) ?? [];
  return { bucket, prefix };
}

/** The summaries of recordings below `recordings/`: of one stack's archive, or of many accounts. */
export function summaries(objects: Objects, { bucket, prefix }: SummaryPlace, isShared = false) {
  const begin = prefix === '' ? '' : `${prefix}/`;
  const nameOf = (key: string) => `s3://${bucket}/${begin}${key}`;
  const read = async (key: string): Promise<string | undefined> => {
    const pieces = await objects.read({ bucket, key: `${begin}${key}` });
    return pieces && (await text(pieces));
  };

  const listed = async function* (folder: string) {
    for await (const { key, size } of objects.list({ bucket, prefix: `${begin}${folder}` })) {
      if (key.endsWith('.json')) yield { key: key.slice(begin.length), size };
    }
  };

  const readListed = async ({ key, size }: Listed, month: string) => {
    try {
      if (size > MOST_BYTES) throw new Error('too large for a summary');
      const summary = await read(key);
      return summary === undefined ? undefined : checked(readSummary(summary), month, key);
    } catch (error) {
      return error instanceof NewerSummary ? error : errorAbout(nameOf(key), error);
    }
  };

  return {
    read,

    /** A key is one of `summaryKey`. An earlier summary of the same recording is replaced. */
    write: (key: string, summary: string): Promise<void> =>
      objects.write({ bucket, key: `${begin}${key}` }, TYPE, summary, isShared),

    /** Whether there is any summary, of whatever month. */
    async isAny(): Promise<boolean> {
      for await (const _ of listed(summaryFolder())) return true;
      return false;
    },

    /** All summaries of a month, `2026-11`. What cannot be read is said, and does not keep others from being read. */
    async ofMonth(month: string): Promise<ReadSummaries> {
      const all: Listed[] = [];
      for await (const each of listed(summaryFolder(month))) all.push(each);
      const found: (RecordingSummary | Error | undefined)[] = [];
      for (let at = 0; at < all.length; at += AT_ONCE) {
        const some = all.slice(at, at + AT_ONCE);
        found.push(...(await Promise.all(some.map((each) => readListed(each, month)))));
      }
      const errors = found.filter((each) => each instanceof Error);
      const unread = errors.filter((error) => !(error instanceof NewerSummary));
      return {
        summaries: found
          .flatMap((each) => (each === undefined || each instanceof Error ? [] : [each]))
          .sort((a, b) => (a.begun < b.begun ? -1 : 1)),
        unread: unread.map(({ message }) => message),
        newer: errors.length - unread.length,
      };
    },
  };
}

/** A bucket's policy says which folders an account may write, so a summary counts as what its key says. */
function checked(summary: RecordingSummary, month: string, key: string): RecordingSummary {
  if (summaryKey({ ...summary, month }) === key) return summary;
  throw new Error('the summary is of another account, region or recording than its key');
}
