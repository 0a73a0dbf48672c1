import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { overviewOf } from '../../shared/report/overview.ts';
import { renderJson } from '../../shared/report/render-json.ts';
import { reportOn, storyLines, storyNetwork } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { RunError } from './errors.ts';
import { recordingsCommand } from './recordings.ts';

const ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';
const report = reportOn(storyLines(), { network: storyNetwork() });
const shown = { report: JSON.parse(renderJson(report)), html: '<p>page</p>', link: 'https://link' };
const folder = openFolder();

let output: string;

beforeEach(() => {
  output = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function typed(line: string, answer: unknown): Promise<unknown[]> {
  const calls: unknown[] = [];
  const command = recordingsCommand(async (...call) => {
    calls.push(call);
    return answer;
  });
  await new Command().addCommand(command).parseAsync(line.split(' '), { from: 'user' });
  return calls;
}

test('the list asks the reporter of the stack, and says who each recording was', async () => {
  const answer = { recordings: [overviewOf(ID, report)] };
  expect(await typed('recordings', answer)).toEqual([['natflow-reporter', { command: 'list' }]]);
  expect(output).toBe(
    `START (UTC)          GATEWAY             LENGTH      BYTES   COST  WHO                                                 ID
2026-11-22 10:14:30  prod-egress-a  14 min 10 s  41.60 GiB  $1.87  81.6% by 10.20.3.41 (etl-worker-7) to S3, $190/day  ${ID}
`,
  );
});

test('the list of another stack, as JSON, and one that is empty', async () => {
  const recordings = [overviewOf(ID, report)];
  expect(await typed('recordings list --stack two --json', { recordings })).toEqual([
    ['two-reporter', { command: 'list' }],
  ]);
  expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(recordings)));
  output = '';
  await typed('recordings', { recordings: [] });
  expect(output).toBe('no recording has a report yet\n');
});

test('what names hold cannot write to the terminal', async () => {
  const named = { ...overviewOf(ID, report), gateway: 'a\u001b[2Jb', summary: 'x\ny' };
  await typed('recordings', { recordings: [named] });
  expect(output).not.toContain('\u001b');
  expect(output.split('\n')).toHaveLength(3);
});

test('one recording is shown as text, JSON, CSV, page or link', async () => {
  const path = join(folder.path, 'r.html');
  expect(await typed(`recordings show ${ID} --html ${path}`, { shown })).toEqual([
    ['natflow-reporter', { command: 'show', id: ID }],
  ]);
  expect(output).toContain('41.60 GiB through prod-egress-a');
  expect(readFileSync(path, 'utf8')).toBe('<p>page</p>');
  const printed = async (option: string) => {
    output = '';
    await typed(`recordings show ${ID} ${option}`, { shown });
    return output;
  };
  expect(await printed('--json')).toBe(renderJson(report));
  expect(await printed('--csv')).toMatch(/^table,address,/);
  expect(await printed('--link')).toBe('https://link\n');
});

test('one that has no report is told in a sentence', async () => {
  const showing = typed(`recordings show ${ID}`, {});
  await expect(showing).rejects.toThrow(new RunError(`there is no report of ${ID}`));
});
