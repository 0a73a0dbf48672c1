import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { overviewOf } from '../../shared/report/model/overview.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { reportOn, storyLines, storyNetwork } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { RunError, UsageError } from './errors.ts';
import { recordingsCommand } from './recordings.ts';

const ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';
const report = reportOn(storyLines(), { network: storyNetwork() });
const shown = { report: JSON.parse(renderJson(report)), html: '<p>page</p>', link: 'https://link' };
const folder = openFolder();

const { typed, printed } = typedCommand(recordingsCommand);

const overview = overviewOf(ID, report);

test('the list asks the reporter of the stack, and says who each recording was', async () => {
  const answer = { recordings: [overview] };
  expect(await typed('recordings', answer)).toEqual([['natflow-reporter', { command: 'list' }]]);
  expect(printed()).toBe(
    `START (UTC)          GATEWAY             LENGTH      BYTES   COST  HEADLINE                                     ID
2026-11-22 10:14:30  prod-egress-a  14 min 10 s  41.60 GiB  $1.87  $1.42 etl-worker-7 → S3, 75.7% of 41.60 GiB  ${ID}
2026-11: 1 recording, 41.60 GiB, $1.87 at the gateways; recording cost $0.00074
`,
  );
});

test('each month has its recordings and their sum, and says which are not priced', async () => {
  const idAt = (stamp: string) => ID.replace('20261122T101430Z', stamp);
  const recordings = [
    { ...overview, id: idAt('20261202T000000Z'), cost: null },
    { ...overview, id: idAt('20261201T000000Z'), cost: null },
    { ...overview, id: idAt('20261130T235959Z'), cost: 1.5 },
    { ...overview, id: idAt('20261103T000000Z'), cost: null },
  ];
  await typed('recordings', { recordings, notListed: 3 });
  const lines = printed().trimEnd().split('\n');
  expect(lines.map((line) => /\d{8}T|^\d{4}-\d\d:.*|^3 .*|^START/.exec(line)?.[0])).toEqual([
    'START',
    '20261202T',
    '20261201T',
    '2026-12: 2 recordings, 83.20 GiB, none of them priced; recording cost $0.0015',
    '20261130T',
    '20261103T',
    '2026-11: 2 recordings, 83.20 GiB, $1.50 at the gateways, without 1 recording that is not priced; recording cost $0.0015',
    '3 recordings not listed: older ones, which --month lists, or of another release of natflow',
  ]);
  expect(lines[1]).toContain('  not priced  ');
});

test('the recordings of a month are asked for, and their sum is theirs', async () => {
  expect(await typed('recordings --month 2026-11', { recordings: [overview] })).toEqual([
    ['natflow-reporter', { command: 'list', month: '2026-11' }],
  ]);
  expect(printed()).toMatch(/\n2026-11: 1 recording, /);
  await typed('recordings --month 2026-10', { recordings: [] });
  expect(printed()).toBe('no recording of 2026-10 has a report\n');
});

test.each(['2026', '2026-13', '2026-1', 'november', '2026-11-01'])(
  'a month is no %s',
  async (month) => {
    await expect(typed(`recordings --month ${month}`, {})).rejects.toThrow(
      new UsageError(`--month ${month} is not a month like 2026-11`),
    );
  },
);

test('the list of another stack, as JSON, and one that is empty', async () => {
  const recordings = [overview];
  expect(await typed('recordings list --stack two --json', { recordings })).toEqual([
    ['two-reporter', { command: 'list' }],
  ]);
  const { cost, recordingCost, bytes } = overview;
  const sum = { month: '2026-11', recordings: 1, bytes, cost, unpriced: 0, recordingCost };
  expect(JSON.parse(printed())).toEqual({ recordings, months: [sum], notListed: 0 });
  await typed('recordings', { recordings: [] });
  expect(printed()).toBe('no recording has a report yet\n');
});

test('names cannot control the terminal', async () => {
  const named = { ...overviewOf(ID, report), gateway: 'a\u001b[2Jb', summary: 'x\ny' };
  await typed('recordings', { recordings: [named] });
  const table = printed();
  expect(table).not.toContain('\u001b');
  expect(table.split('\n')).toHaveLength(4);
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
