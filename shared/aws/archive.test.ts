import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { archive } from './archive.ts';
import type { Objects } from './objects.ts';

const HOUR = [new Date('2026-11-22T10:14:00Z'), new Date('2026-11-22T10:29:00Z')] as const;

/** A bucket in memory that records its requests. */
function bucket(contents: Readonly<Record<string, string>> = {}) {
  const objects = new Map(Object.entries(contents));
  const written: string[][] = [];
  const asked: Parameters<Objects['list']>[0][] = [];
  const given: Objects = {
    read: async ({ key }) => {
      const found = objects.get(key);
      return found === undefined ? undefined : Readable.from([Buffer.from(found)]);
    },
    list: async function* (query) {
      asked.push(query);
      for (const [key, { length: size }] of [...objects]) {
        if (key.startsWith(query.prefix)) yield { bucket: query.bucket, key, size };
      }
    },
    write: async ({ key }, type, content) => {
      written.push([key, type, content]);
    },
    link: async ({ key }, seconds) => `https://${key}?for=${seconds}`,
    remove: async () => undefined,
  };
  return { objects, written, asked, archive: archive(given, 'bucket') };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test.each([
  ['2026-11-22T10:59:30', '2026-11-22T11:14:00', ['2026/11/22/10', '2026/11/22/11']],
  ['2026-11-22T10:00:00', '2026-11-22T11:00:00', ['2026/11/22/10']],
  ['2026-11-22T10:00:00', '2026-11-22T11:00:00.001', ['2026/11/22/10', '2026/11/22/11']],
  ['2026-11-22T10:14:30', '2026-11-22T10:28:40', ['2026/11/22/10']],
  ['2026-12-31T23:59:59', '2027-01-01T00:15:00', ['2026/12/31/23', '2027/01/01/00']],
  ['2026-11-22T10:14:30', '2026-11-22T10:14:30', ['2026/11/22/10']],
])('lines from %s until %s lie in the hours %j', async (since, until, hours) => {
  const { asked, archive } = bucket();
  const time = { since: new Date(`${since}Z`), until: new Date(`${until}Z`) };
  await all(archive.lines(time.since, time.until));
  expect(asked).toEqual(hours.map((h) => ({ bucket: 'bucket', prefix: `flows/${h}/`, ...time })));
});

test('lines are read object by object with their URLs, and a deleted object is skipped', async () => {
  const prefix = 'flows/2026/11/22/10';
  const { objects, archive } = bucket({
    [`${prefix}/a`]: 'one',
    [`${prefix}/b`]: 'two',
    [`${prefix}/c`]: 'three',
  });
  const found: string[] = [];
  for await (const { name, pieces } of archive.lines(...HOUR)) {
    found.push(`${name}: ${await text(pieces)}`);
    objects.delete(`${prefix}/b`);
  }
  expect(found).toEqual([`s3://bucket/${prefix}/a: one`, `s3://bucket/${prefix}/c: three`]);
  expect(archive.linesUrl(HOUR[0])).toBe(`s3://bucket/${prefix}/`);
});

test('records that could not be processed lie in the hours below errors/', async () => {
  const { asked, archive } = bucket();
  await all(archive.errors(...HOUR));
  expect(asked.map(({ prefix }) => prefix)).toEqual(['errors/processing-failed/2026/11/22/10/']);
});

test('a report is stored as two files, the page last, and its link is valid for a week', async () => {
  const { written, archive } = bucket();
  await archive.storeReport('rec-1', { html: '<p>', json: '{}' });
  expect(written).toEqual([
    ['reports/rec-1/report.json', 'application/json', '{}'],
    ['reports/rec-1/report.html', 'text/html; charset=utf-8', '<p>'],
  ]);
  expect(await archive.link('rec-1')).toBe('https://reports/rec-1/report.html?for=604800');
});

test('reports are found by their keys, and other objects are ignored', async () => {
  const { archive } = bucket({
    'reports/rec-1/report.html': '<p>',
    'reports/rec-1/report.json': '{"a":1}',
    'reports/rec-2/report.html': '<p>',
    'reports/report.json': '{}',
    'reports/rec-3/notes/report.json': '{}',
    'flows/rec-4/report.json': '{}',
  });
  expect(await all(archive.reports())).toEqual(['rec-1']);
  expect(await all(archive.reports('rec-1'))).toEqual(['rec-1']);
  expect(await all(archive.reports('rec-2'))).toEqual([]);
  expect(await archive.report('rec-1', 'json')).toBe('{"a":1}');
  expect(await archive.report('rec-2', 'json')).toBeUndefined();
});

test('names are files directly below names/ of any age, and lists of pods of the time asked for', async () => {
  const keys = ['names/asn.mmdb', 'names/pods.json', 'names/teams.csv.gz', 'names/old/teams.csv'];
  const queries: object[] = [];
  const objects: Partial<Objects> = {
    async *list(query) {
      queries.push(query);
      const { bucket, prefix } = query;
      const found = prefix === 'names/' ? keys : [`${prefix}2026/11/22/10-15.json`];
      for (const key of found) yield { bucket, key, size: 1 };
    },
    read: async () => (async function* () {})(),
  };
  const [since, until] = [new Date('2026-11-22T09:00Z'), new Date('2026-11-22T11:00Z')];
  const names: string[] = [];
  for await (const { name } of archive(objects as Objects, 'b').names(since, until))
    names.push(name);
  expect(names).toEqual([
    's3://b/names/pods.json',
    's3://b/names/teams.csv.gz',
    's3://b/names/pods/2026/11/22/10-15.json',
  ]);
  expect(queries).toEqual([
    { bucket: 'b', prefix: 'names/' },
    { bucket: 'b', prefix: 'names/pods/', since, until },
  ]);
});
