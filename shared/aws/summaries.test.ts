import { expect, test } from '@jest/globals';
import { summaryOfStory } from '../../tests/support/summaries.ts';
import { summaryKey, writeSummary } from '../contract/recording-summary.ts';
import type { Objects } from './objects.ts';
import { summaries, summaryPlace } from './summaries.ts';

const STORY = summaryOfStory();
const KEY = summaryKey({ ...STORY, month: '2026-11' });

/** A bucket with these objects below a/b/. An object that is an error cannot be read. */
function bucketOf(texts: Readonly<Record<string, string | Error>>) {
  const objects: Partial<Objects> = {
    async *list({ bucket, prefix }) {
      for (const [name, text] of Object.entries(texts)) {
        const key = `a/b/${name}`;
        if (key.startsWith(prefix)) yield { bucket, key, size: String(text).length };
      }
    },
    read: async ({ key }) => {
      const text = texts[key.slice('a/b/'.length)];
      if (text instanceof Error) throw text;
      return text === undefined ? undefined : pieces(text);
    },
  };
  return summaries(objects as Objects, summaryPlace('bucket/a/b/'));
}

async function* pieces(text: string) {
  yield Buffer.from(text);
}

test('the summaries of a month are read, and no other object', async () => {
  const store = bucketOf({
    [KEY]: writeSummary(STORY),
    [KEY.replace('month=11', 'month=10')]: 'x',
    [`${KEY}.gz`]: 'x',
  });
  expect(await store.ofMonth('2026-11')).toEqual({ summaries: [STORY], unread: [], newer: 0 });
  expect(await store.ofMonth('2026-09')).toEqual({ summaries: [], unread: [], newer: 0 });
  expect(await store.isAny()).toBe(true);
  expect(await bucketOf({ other: 'x' }).isAny()).toBe(false);
});

test.each<[string, string | Error, RegExp]>([
  [
    'one of another account than its folder',
    writeSummary(summaryOfStory({ account: '999999999999' })),
    /: the summary is of another account, region or recording than its key$/,
  ],
  [
    'one of another recording',
    writeSummary({ ...STORY, id: 'nat-1-20261101T000000Z-1' }),
    /than its key$/,
  ],
  ['one that is too large', 'x'.repeat(1_048_577), /: too large for a summary$/],
  ['one that is denied', new Error('s3:GetObject: AccessDenied'), /: s3:GetObject: AccessDenied$/],
  ['text that is no JSON', '{"schema":1,', /JSON/],
  ['JSON that is no summary', '{"schema":1}', /: summary: natflow is missing$/],
  ['JSON without a schema', '[]', /: summary: schema is missing$/],
  ['null', 'null', /: summary is null, an object was expected$/],
])('%s is named with the reason', async (_, text, reason) => {
  const { summaries: found, unread } = await bucketOf({ [KEY]: text }).ofMonth('2026-11');
  expect([found, unread]).toEqual([[], [expect.stringMatching(reason)]]);
  expect(unread[0]).toMatch(/^s3:\/\/bucket\/a\/b\/recordings\/year=2026\/month=11\//);
});

test('summaries of a newer schema are counted, and members that are added later are no obstacle', async () => {
  const later = { ...STORY, added: true };
  const store = bucketOf({
    [KEY]: JSON.stringify(later),
    [KEY.replace('.json', '2.json')]: JSON.stringify({ ...later, schema: 2 }),
  });
  expect(await store.ofMonth('2026-11')).toEqual({ summaries: [STORY], unread: [], newer: 1 });
});

test.each([
  ['bucket', { bucket: 'bucket', prefix: '' }],
  ['bucket/', { bucket: 'bucket', prefix: '' }],
  ['bucket/a/b', { bucket: 'bucket', prefix: 'a/b' }],
  ['bucket/a//', { bucket: 'bucket', prefix: 'a' }],
])('the place %s is a bucket and a prefix', (text, place) => {
  expect(summaryPlace(text)).toEqual(place);
});
