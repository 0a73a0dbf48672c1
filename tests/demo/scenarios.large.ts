import { expect, jest, test } from '@jest/globals';
import { SCENARIOS } from '../../services/demo/scenarios.ts';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { outcomeOf, runStory } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
const QUICK = ['two-gateways', 'collector-down'];
const isLong = process.env['NATFLOW_LONG'] !== undefined;
const names = SCENARIOS.map(({ name }) => name).filter((name) => isLong || QUICK.includes(name));
const RECORDINGS: Readonly<Record<string, number>> = { flapping: 2, 'two-gateways': 2 };

test.concurrent.each(names)('%s ends with nothing lost and nothing left', async (name) => {
  const connections = isLong ? [] : ['--connections', '40'];
  const run = await runStory(folder.path, '--json', '--scenario', name, ...connections);
  const outcome = outcomeOf(run);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  expect(outcome).toMatchObject({ kind: 'end', faults: [], flowLogsLeft: 0, schedulesLeft: 0 });
  expect(outcome.recordings).toBe(RECORDINGS[name] ?? 1);
  expect(outcome.mails).toBe(3 * outcome.recordings);
  expect(outcome.reports).toHaveLength(outcome.recordings);
  expect(outcome.records.delivered).toBeGreaterThan(500);
  expect(outcome.archive.records).toBe(outcome.records.delivered);
  expect(outcome.collector?.wentDown).toBe(name === 'collector-down');
});

test.concurrent('when the collector goes down the archive is complete, and the output says so', async () => {
  const args = ['--scenario', 'collector-down', '--connections', '40'];
  const { code, stdout } = await runStory(folder.path, ...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^10:18:00 {2}collector {3}is down from here on/m);
  expect(stdout).toMatch(/^10:19:05 {2}forwarder {3}batch \d+ .* refused$/m);
  expect(stdout).toMatch(/records in ([\d,]+) = .* archive out \1 in/);
  expect(stdout).toContain('before it went down');
  expect(stdout).toContain('npx natflow replay -n host:port');
});
