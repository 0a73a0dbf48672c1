import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { startS3, useS3 } from '../../tests/support/s3.ts';

const FLOW =
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK\n';
const folder = openFolder();
const good = folder.write('good.log', FLOW);
const cut = folder.write('cut.log.gz', gzipSync(FLOW).subarray(0, -8));
const other = folder.write('other.log.gz', gzipSync(FLOW + FLOW));
const CUT = `${cut}: damaged gzip (unexpected end of file)`;

let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  s3 = await startS3();
  useS3(s3);
});
afterAll(() => s3.stop());

test('parse goes on after a file that is cut, and says so at the end', async () => {
  const { code, stdout, stderr } = await natflowHere('parse', good, cut, other);
  expect(stdout.match(/"outcome":"flow"/g)).toHaveLength(4);
  expect({ code, stderr }).toEqual({ code: 1, stderr: `natflow: ${CUT}\n` });
});

test('replay goes on after a file that is cut, and says so at the end', async () => {
  const { code, stdout, stderr } = await natflowHere(
    ...['replay', '--dry-run', '--json', cut, good, cut, other],
  );
  expect(JSON.parse(stdout)).toMatchObject({ lines: 5, flows: 5, malformed: 0 });
  expect({ code, stderr }).toEqual({ code: 1, stderr: `natflow: ${CUT}\n`.repeat(2) });
});

test('a file that is not there, and a folder, keep no other from being read', async () => {
  const none = join(folder.path, 'none.log');
  const { code, stdout, stderr } = await natflowHere('parse', none, good, folder.path, other);
  expect(stdout.match(/"outcome":"flow"/g)).toHaveLength(3);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `natflow: cannot read ${none}: no such file\nnatflow: cannot read ${folder.path}: it is a folder\n`,
  });
});

test('a report is of what was read, and says what it lacks', async () => {
  const { code, stdout, stderr } = await natflowHere(
    'report',
    '--json',
    '--legs',
    'all',
    good,
    cut,
    other,
  );
  expect(JSON.parse(stdout)).toMatchObject({ records: { ok: 4 }, unread: [CUT] });
  expect({ code, stderr }).toEqual({ code: 1, stderr: `natflow: ${CUT}\n` });
  const html = join(folder.path, 'report.html');
  const text = await natflowHere('report', '--legs', 'all', '--html', html, good, cut);
  const lacks = 'INCOMPLETE: 1 input could not be read to the end; the totals are too low';
  expect(text.stdout).toContain(lacks);
  expect(text.stdout).toContain(`not read to the end: ${CUT}`);
  expect(readFileSync(html, 'utf8')).toContain(lacks);
});

test('an object that is archived, denied or cut is one line, and the others are read', async () => {
  for (const key of ['a', 'b', 'c', 'd']) s3.put(`logs/${key}.log`, FLOW);
  s3.faults.push(
    { how: 'error', status: 403, code: 'InvalidObjectState' },
    { how: 'error', status: 403, code: 'AccessDenied' },
  );
  s3.put('logs/c.log', gzipSync(FLOW).subarray(0, -20));
  const { code, stdout, stderr } = await natflowHere('replay', '--dry-run', '--json', 's3://logs/');
  expect(JSON.parse(stdout)).toMatchObject({ flows: 1 });
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual([
    'natflow: s3://logs/a.log: it is archived (S3 Glacier): restore it first with "aws s3api restore-object"',
    'natflow: s3://logs/b.log: access denied: the caller lacks s3:GetObject, allow it in an IAM policy',
    'natflow: s3://logs/c.log: damaged gzip (unexpected end of file)',
  ]);
});

test('an object that is gone when its turn comes is one line', async () => {
  s3.objects.clear();
  s3.put('logs/a.log', FLOW);
  s3.faults.push({ how: 'deleted' });
  const { code, stderr } = await natflowHere('parse', 's3://logs/');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'natflow: s3://logs/a.log: it is not there any more\n',
  });
});

test('of very many, the first are said and all are counted', async () => {
  const { code, stderr } = await natflowHere('parse', ...Array<string>(25).fill(cut));
  const lines = stderr.trimEnd().split('\n');
  expect(code).toBe(1);
  expect([lines.length, lines.at(-1)]).toEqual([21, 'natflow: 25 of 25 inputs could not be read']);
});
