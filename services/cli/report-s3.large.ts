import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { storyLines } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { startS3, useS3 } from '../../tests/support/s3.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
let s3: Awaited<ReturnType<typeof startS3>>;

beforeEach(async () => {
  s3 = await startS3();
  useS3(s3);
});
afterEach(() => s3.stop());

async function totals(...args: string[]) {
  const { code, stdout, stderr } = await natflow('report', '--json', ...args);
  return { code, stderr, totals: stdout === '' ? undefined : JSON.parse(stdout).totals };
}

test('objects and files are combined in one report, and objects are selected by time', async () => {
  const [head = '', ...lines] = storyLines().trimEnd().split('\n');
  const text = (part: readonly string[]) => [head, ...part, ''].join('\n');
  const half = lines.length >> 1;
  s3.put('archive/flows/n-1-2026-11-22-10-15-00-x.gz', gzipSync(text(lines.slice(0, half))));
  s3.put('archive/flows/n-1-2026-11-22-11-15-00-x.gz', gzipSync(storyLines()));
  const file = folder.write('rest.log', text(lines.slice(half)));
  const whole = await totals(folder.write('whole.log', storyLines()));
  expect(whole.code).toBe(0);
  const early = await totals(folder.write('early.log', text(lines.slice(0, half))));
  expect(await totals('s3://archive/flows/', '--until', '2026-11-22T11:00Z')).toEqual(early);
  const parts = await natflow(
    ...['report', '--json', file, 's3://archive/flows/n-1-2026-11-22-10'],
  );
  expect(JSON.parse(parts.stdout).totals).toEqual(whole.totals);
});

test('an object whose connection breaks is resumed, without duplicate flows', async () => {
  const whole = await totals(folder.write('unbroken.log', storyLines()));
  s3.put('archive/a.gz', gzipSync(storyLines()));
  s3.faults.push({ how: 'end', after: 1000 }, { how: 'reset', after: 1000 });
  expect(await totals('s3://archive/')).toEqual(whole);
  expect(s3.reads).toHaveLength(3);
});

test('an invalid selection and a missing object are reported in a sentence', async () => {
  const file = folder.write('one.log', storyLines());
  expect(await totals(file, '--since', '1h')).toMatchObject({
    code: 2,
    stderr: 'natflow: --since and --until choose among objects in S3\n',
  });
  expect(await totals('s3://archive/none')).toMatchObject({
    code: 1,
    stderr: 'natflow: no objects at s3://archive/none\n',
  });
});

test('query logs are read from S3 as well, in the thread that keeps the sums of large objects too', async () => {
  const log = readFileSync(new URL('../../tests/fixtures/dns/query-log.json', import.meta.url));
  s3.put('archive/dns/query-log.gz', gzipSync(log));
  s3.put('archive/flows/small.gz', gzipSync(storyLines()));
  // As many bytes as another thread is started for, most of them empty lines.
  s3.put('archive/flows/large', Buffer.from(`${'\n'.repeat(9_000_000)}${storyLines()}`));
  const domains = async (key: string) => {
    const args = ['report', '--json', '--dns', 's3://archive/dns/', `s3://archive/flows/${key}`];
    const { code, stdout, stderr } = await natflow(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout).domains;
  };
  const small = await domains('small');
  expect(small.rows.length).toBeGreaterThan(1);
  expect(await domains('large')).toEqual(small);
});
