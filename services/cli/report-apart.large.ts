import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { storyLines } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { natflow, PATIENCE_MS, startNatflow } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const FLOWS = 70_000;
/** As plain text it is large enough for another thread to make the report, and as gzip it is not. */
const LINES = [...synthesize({ flows: FLOWS, seed: 5 })].join('') + storyLines();
const folder = openFolder();
const large = folder.write('flows.log', LINES);
const small = folder.write('flows.log.gz', gzipSync(LINES));
const log = new URL('../../tests/fixtures/dns/query-log.json', import.meta.url).pathname;
const damaged = gzipSync(readFileSync(log));
const story = folder.write('story.log', storyLines());
const cut = folder.write('cut.json.gz', damaged.subarray(0, damaged.length - 9));
const none = `${folder.path}/none.json`;

/** What a report has is the same but for when it was written. */
const withoutTime = (text: string) =>
  text.replaceAll(/"writtenAt": ?"[^"]+"|\d\d:\d\d(?::\d\d)? UTC/g, '');

async function reportOf(lines: string, ...options: string[]) {
  const { code, stdout, stderr } = await natflow('report', lines, ...options);
  return { code, stderr: stderr.replaceAll(lines, 'lines'), stdout: withoutTime(stdout) };
}

describe('a report of large files, which another thread makes, is that of one thread', () => {
  test.each<[string, string[]]>([
    ['as JSON', ['--json']],
    ['as text', []],
    ['of all legs', ['--legs', 'all', '--json']],
    ['of what no line proves', ['--nat', 'eni-0a11bb22cc33dd44e', '--legs', 'public', '--json']],
    ['with names of a query log', ['--dns', log, '--json']],
    ['by domain', ['--dns', log, '--group-by', 'domain', '--json']],
    ['with a query log that is cut off', ['--dns', cut, log, '--json']],
    ['with a query log that is not there', ['--dns', none]],
    ['with flow logs as a query log', ['--dns', story]],
    ['of no flow', ['--nat', 'eni-1']],
    ['with a description that is not there', ['--vpc', none]],
    ['by AS number without a database', ['--group-by', 'asn']],
    ['with a description that is not there, and query logs', ['--dns', log, '--vpc', none]],
  ])('%s', async (_, options) => {
    const here = await reportOf(small, ...options);
    expect(await reportOf(large, ...options)).toEqual(here);
  });

  test('as a page', async () => {
    const pages = [small, large].map(async (lines, index) => {
      const page = `${folder.path}/${index}.html`;
      await natflow('report', lines, '--dns', log, '--html', page);
      return withoutTime(readFileSync(page, 'utf8'));
    });
    const [here, apart] = await Promise.all(pages);
    expect(apart).toBe(here);
  });
});

test('an interrupt ends it with a report of the lines read until then', async () => {
  const { child, ended } = startNatflow('report', '--json', '--dns', log, large, '-');
  // More than a pipe holds: when all of it is written, it is being read, and the file has been.
  await new Promise((resolve) => child.stdin?.write(LINES.slice(0, 200_000), resolve));
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({
    code: 130,
    stderr: 'natflow: interrupted: the report is of the lines read until then\n',
  });
  const { records, domains } = JSON.parse(stdout);
  expect(records.ok).toBeGreaterThan(FLOWS);
  expect(domains).toBeDefined();
});
