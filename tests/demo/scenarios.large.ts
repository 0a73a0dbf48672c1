import { expect, jest, test } from '@jest/globals';
import { SCENARIOS } from '../../services/demo/scenarios.ts';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { outcomeOf, runStory } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
/** Seconds until a flow log begins. */
const DELAYS = [0, 300, 600];
const QUICK = ['two-gateways', 'collector-down'];
const isLong = process.env['NATFLOW_LONG'] !== undefined;
const stories = SCENARIOS.flatMap(({ name }) => DELAYS.map((delay) => [name, delay] as const));
const told = stories.filter(
  ([name, delay]) =>
    isLong || delay === 600 || (delay === 300 ? QUICK.includes(name) : name === 'long-spike'),
);

/** While it waits for its lines, a recording goes on through the second spike of the flapping alarm. */
function recordingsOf(name: string, delay: number): number {
  return name === 'two-gateways' || (name === 'flapping' && delay < 600) ? 2 : 1;
}

test.concurrent.each(told)('%s with flow logs that begin after %d s', async (name, delay) => {
  const connections = isLong ? [] : ['--connections', '40'];
  const story = ['--scenario', name, '--flow-log-delay', String(delay)];
  const run = await runStory(folder.path, '--json', ...story, ...connections);
  const outcome = outcomeOf(run);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  expect(outcome).toMatchObject({ kind: 'end', faults: [], flowLogsLeft: 0, schedulesLeft: 0 });
  expect(outcome.recordings).toBe(recordingsOf(name, delay));
  expect(outcome.mails).toBe(3 * outcome.recordings);
  expect(outcome.reports).toHaveLength(outcome.recordings);
  for (const { explained = 0, captured = 0 } of outcome.reports) {
    expect(Math.abs(explained - captured)).toBeLessThan(2);
  }
  expect(outcome.records.delivered).toBeGreaterThan(100);
  expect(outcome.archive.records).toBe(outcome.records.delivered);
  expect(outcome.collector?.wentDown).toBe(name === 'collector-down');
});

test.concurrent('when the collector goes down the archive is complete, and the output says so', async () => {
  const args = ['--scenario', 'collector-down', '--connections', '40'];
  const { code, stdout } = await runStory(folder.path, ...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^10:23:00 {2}collector {3}is down from here on/m);
  expect(stdout).toMatch(/^10:24:05 {2}forwarder {3}batch \d+ .* refused$/m);
  expect(stdout).toMatch(/records in ([\d,]+) = .* archive out \1 in/);
  expect(stdout).toContain('before it went down');
  expect(stdout).toContain('npx natflow replay -n host:port');
});
