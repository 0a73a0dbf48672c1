import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { overviewOf } from '../../shared/report/model/overview.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { reportOn, storyLines, storyNetwork } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { RunError } from './errors.ts';
import { recordingsCommand } from './recordings.ts';

const ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';
const report = reportOn(storyLines(), { network: storyNetwork() });
const shown = { report: JSON.parse(renderJson(report)), html: '<p>page</p>', link: 'https://link' };
const folder = openFolder();

const { typed, printed } = typedCommand(recordingsCommand);

test("the list invokes the stack's reporter, and has the heaviest source of each recording", async () => {
  const answer = { recordings: [overviewOf(ID, report)] };
  expect(await typed('recordings', answer)).toEqual([['natflow-reporter', { command: 'list' }]]);
  expect(printed()).toBe(
    `START (UTC)          GATEWAY             LENGTH      BYTES   COST  WHO                                                 ID
2026-11-22 10:14:30  prod-egress-a  14 min 10 s  41.60 GiB  $1.87  81.6% by 10.20.3.41 (etl-worker-7) to S3, $190/day  ${ID}
`,
  );
});

test('the list can be of another stack, JSON, or empty', async () => {
  const recordings = [overviewOf(ID, report)];
  expect(await typed('recordings list --stack two --json', { recordings })).toEqual([
    ['two-reporter', { command: 'list' }],
  ]);
  expect(JSON.parse(printed())).toEqual(JSON.parse(JSON.stringify(recordings)));
  await typed('recordings', { recordings: [] });
  expect(printed()).toBe('no recording has a report yet\n');
});

test('names cannot control the terminal', async () => {
  const named = { ...overviewOf(ID, report), gateway: 'a\u001b[2Jb', summary: 'x\ny' };
  await typed('recordings', { recordings: [named] });
  const table = printed();
  expect(table).not.toContain('\u001b');
  expect(table.split('\n')).toHaveLength(3);
});

test('one recording is shown as text, JSON, CSV, page or link', async () => {
  const path = join(folder.path, 'r.html');
  expect(await typed(`recordings show ${ID} --html ${path}`, { shown })).toEqual([
    ['natflow-reporter', { command: 'show', id: ID }],
  ]);
  expect(printed()).toContain('41.60 GiB through prod-egress-a');
  expect(readFileSync(path, 'utf8')).toBe('<p>page</p>');
  const shownAs = async (option: string) => {
    await typed(`recordings show ${ID} ${option}`, { shown });
    return printed();
  };
  expect(await shownAs('--json')).toBe(renderJson(report));
  expect(await shownAs('--csv')).toMatch(/^table,address,/);
  expect(await shownAs('--link')).toBe('https://link\n');
});

test('a recording without a report is an error in a sentence', async () => {
  const showing = typed(`recordings show ${ID}`, {});
  await expect(showing).rejects.toThrow(new RunError(`there is no report of ${ID}`));
});
