import type {
  _Object,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { isWanted, type KeyFilter, visitFolder } from './flow-log-keys.ts';
import { Limit } from './limit.ts';
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

/** How many requests are under way, and how many folders are begun before their turn. */
const AT_ONCE = 8;

/** The objects in the order of their keys. Folders that hold nothing of the query are not listed. */
export async function* listObjects(pages: Pages, query: ObjectQuery): AsyncGenerator<ListedObject> {
  yield* walk(pages, query, new Limit(AT_ONCE));
}

async function* walk(pages: Pages, query: ObjectQuery, limit: Limit): AsyncGenerator<ListedObject> {
  for await (const entries of entriesBelow(pages, query, limit)) {
    const isVisited = (entry: string) => visitFolder(entry, query) !== 'none';
    const parts = entries.map((entry) => {
      if (typeof entry !== 'string') return wanted(entry, query);
      return isVisited(entry) ? walk(pages, { ...query, prefix: entry }, limit) : [];
    });
    yield* ahead(parts);
  }
}

function wanted({ Key: key = '', Size: size = 0, LastModified }: _Object, query: ObjectQuery) {
  const isOne = size > 0 && isWanted(key, LastModified, query);
  return isOne ? [{ bucket: query.bucket, key, size }] : [];
}

/** All values of these parts in their order. The next few that are generators are begun before their turn. */
async function* ahead<T>(parts: readonly (AsyncGenerator<T> | readonly T[])[]): AsyncGenerator<T> {
  const later = parts.values();
  const next: (AsyncIterable<T> | readonly T[])[] = [];
  const fill = () => {
    for (const part of later) {
      next.push(Array.isArray(part) ? part : begun(part as AsyncGenerator<T>));
      if (next.length >= AT_ONCE) break;
    }
  };
  for (fill(); next.length > 0; fill()) yield* next.shift() ?? [];
}

/** The same values, the first of which is asked for at once. */
function begun<T>(values: AsyncGenerator<T>): AsyncIterable<T> {
  const first = values.next();
  // A failure is that of its turn.
  first.catch(() => {});
  async function* all() {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* values;
  }
  return all();
}

/** Page by page, the folders and objects directly below the prefix; where all is wanted, the objects at any depth. */
async function* entriesBelow(
  pages: Pages,
  { bucket, prefix, ...filter }: ObjectQuery,
  limit: Limit,
): AsyncGenerator<(string | _Object)[]> {
  const isWhole = visitFolder(prefix, filter) === 'all';
  const input = { Bucket: bucket, Prefix: prefix, ...(!isWhole && { Delimiter: '/' }) };
  const listing = pages(input)[Symbol.asyncIterator]();
  const next = () =>
    limit.run(() => calling('s3:ListBucket', listing.next(), `s3://${bucket}/${prefix}`));
  for (let page = await next(); !page.done; page = await next()) {
    const { Contents = [], CommonPrefixes = [] } = page.value;
    const folders = CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
    yield [...folders, ...Contents].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

function keyOf(entry: string | _Object): string {
  return typeof entry === 'string' ? entry : (entry.Key ?? '');
}
