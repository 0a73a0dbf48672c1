import type {
  _Object,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { isWanted, type KeyFilter, visitFolder } from './flow-log-keys.ts';
import type { ObjectName } from './read-object.ts';
import { calling } from './refusal.ts';

/** An object as a listing shows it. */
export interface ListedObject extends ObjectName {
  readonly size: number;
}

/** Which objects of a bucket: by the beginning of their keys, and by what keys and times say. */
export interface ObjectQuery extends KeyFilter {
  readonly bucket: string;
  readonly prefix: string;
}

/** ListObjectsV2, page by page. */
type Pages = (input: ListObjectsV2CommandInput) => AsyncIterable<ListObjectsV2CommandOutput>;

/** The objects in the order of their keys. Folders that hold nothing of the query are not listed. */
export async function* listObjects(pages: Pages, query: ObjectQuery): AsyncGenerator<ListedObject> {
  for await (const entry of entriesBelow(pages, query)) {
    if (typeof entry !== 'string') {
      const { Key: key = '', Size: size = 0, LastModified } = entry;
      if (size > 0 && isWanted(key, LastModified, query)) yield { bucket: query.bucket, key, size };
    } else if (visitFolder(entry, query) !== 'none') {
      yield* listObjects(pages, { ...query, prefix: entry });
    }
  }
}

/** The folders and objects directly below the prefix; where all is wanted, the objects at any depth. */
async function* entriesBelow(
  pages: Pages,
  { bucket, prefix, ...filter }: ObjectQuery,
): AsyncGenerator<string | _Object> {
  const isWhole = visitFolder(prefix, filter) === 'all';
  const input = { Bucket: bucket, Prefix: prefix, ...(!isWhole && { Delimiter: '/' }) };
  const listing = pages(input)[Symbol.asyncIterator]();
  const next = () => calling('s3:ListBucket', listing.next(), `s3://${bucket}/${prefix}`);
  for (let page = await next(); !page.done; page = await next()) {
    const { Contents = [], CommonPrefixes = [] } = page.value;
    const folders = CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
    yield* [...folders, ...Contents].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

function keyOf(entry: string | _Object): string {
  return typeof entry === 'string' ? entry : (entry.Key ?? '');
}
