import { text } from 'node:stream/consumers';
import { NewerSummary, readSummary, summaryFolder } from '../contract/recording-summary.ts';
import { errorAbout } from '../error-about.ts';
import type { ReadSummaries } from '../report/model/month.ts';
import type { Objects } from './objects.ts';

/** A bucket, and the beginning of the keys in it, without a slash at its end; empty: none. */
export interface SummaryPlace {
  readonly bucket: string;
  readonly prefix: string;
}

const TYPE = 'application/json';
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

  async function keysBelow(folder: string, most = Number.POSITIVE_INFINITY): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of objects.list({ bucket, prefix: `${begin}${folder}` })) {
      if (key.endsWith('.json')) keys.push(key.slice(begin.length));
      if (keys.length >= most) break;
    }
    return keys;
  }

  return {
    read,

    /** A key is one of `summaryKey`. An earlier summary of the same recording is replaced. */
    write: (key: string, summary: string): Promise<void> =>
      objects.write({ bucket, key: `${begin}${key}` }, TYPE, summary, isShared),

    /** Whether there is any summary, of whatever month. */
    isAny: async (): Promise<boolean> => (await keysBelow(summaryFolder(), 1)).length > 0,

    /** All summaries of a month, `2026-11`. What cannot be read is said, and does not keep others from being read. */
    async ofMonth(month: string): Promise<ReadSummaries> {
      const keys = await keysBelow(summaryFolder(month));
      const found: ReadSummaries['summaries'][number][] = [];
      const unread: string[] = [];
      let newer = 0;
      const add = async (key: string) => {
        try {
          const summary = await read(key);
          if (summary !== undefined) found.push(readSummary(summary));
        } catch (error) {
          if (error instanceof NewerSummary) newer += 1;
          else unread.push(errorAbout(nameOf(key), error).message);
        }
      };
      for (let at = 0; at < keys.length; at += AT_ONCE) {
        await Promise.all(keys.slice(at, at + AT_ONCE).map(add));
      }
      return { summaries: found.sort((a, b) => (a.begun < b.begun ? -1 : 1)), unread, newer };
    },
  };
}
