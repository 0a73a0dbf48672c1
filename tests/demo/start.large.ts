import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../support/folder.ts';
import { freePort } from '../support/free-port.ts';
import { openCollector, read } from '../support/loopback-collector.ts';
import { natflow, PATIENCE_MS, startNatflow } from '../support/run-natflow.ts';
import { outcomeOf, runStory, runStoryWith, type StoryRun } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const FLOW =
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
const SMALL = ['--connections', '40'];
/** A story without a recording, which is short. */
const QUIET = ['--threshold', '1TB', ...SMALL];
const folder = openFolder();

test.concurrent('the output has the events of a spike in order, from the alarm to the last mail', async () => {
  const atOnce = ['--flow-log-delay', '0', ...SMALL];
  const { code, stdout, out } = await runStory(folder.path, '-v', 'ipfix', ...atOnce);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}collector {3}127\.0\.0\.1:\d+ {2}IPFIX, built in/m);
  const places = [
    /^10:14:00 {2}nat-0c11aa22bb33cc44d +2\.7\d GiB\/min {3}ALARM {2}above 1\.00 GiB\/min$/m,
    /^10:14:30 {2}controller {2}created flow log fl-\d+ \(60 s, ALL, 27 fields\)$/m,
    /^10:14:30 {2}mail {8}2\.\d\d GiB\/min prod-egress-a is being recorded/m,
    /^10:16:05 {2}forwarder {3}batch 1 {3}\d+ records -> \d+ flows, \d+ datagrams, lag 6\d s$/m,
    /^10:26:00 {2}nat-0c11aa22bb33cc44d +88\.00 MiB\/min {3}OK$/m,
    /^10:28:00 {2}scheduler {3}wakes the controller/m,
    /^10:28:00 {2}controller {2}deleted flow log/m,
    /^10:28:00 {2}mail {8}13 min 30 s recording of prod-egress-a is over; who it was follows at about 10:38 UTC$/m,
    /^10:31:10 {2}story {7}skips to 10:38:00/m,
    /^10:38:00 {2}scheduler {3}wakes the reporter for nat-0c11aa22bb33cc44d$/m,
    /^10:38:00 {2}reporter {4}3\d\.\d\d GiB \(\d+ bytes\), 9\d\.\d% of what CloudWatch metered$/m,
    /^10:38:00 {2}mail {8}\$\d\.\d\d team data -> S3, \d\d\.\d% of [\d.]+ GiB \(prod-egress-a\)$/m,
  ].map((line) => stdout.search(line));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
  expect(stdout).toMatch(/flows exported ([\d,]+) .* collector received \1 {3}sequence errors 0/);
  expect(readFileSync(join(out, 'mail-2.txt'), 'utf8')).toContain(
    'had a flow log for 13 min 30 s, until its alarm was over.\nRecording: from 10:14:30 to 10:28:00 UTC.\n',
  );
  expect(readdirSync(join(out, 'archive/flows/2026/11/22'))).toEqual(['10']);
});

test.concurrent('the options set the parameters RecordingTime, Threshold, Legs and NumOfRecordings', async () => {
  const time = ['--recording-time', '180', '--flow-log-delay', '120'];
  const args = [...time, '--threshold', '500MB', '--legs', 'all', ...SMALL];
  const run = await runStory(folder.path, '--json', '--num-of-recordings', '1', ...args);
  const { exported, records, recordings, reports, faults } = outcomeOf(run);
  expect({ code: run.code, faults, recordings }).toEqual({ code: 0, faults: [], recordings: 1 });
  expect(exported.flows).toBe(records.ok);
  // Each byte goes through both legs, and reports count it once.
  expect(exported.bytes).toBe(2 * Number(reports[0]?.bytes));
  expect(reportedIn(run)).toMatchObject([
    { at: '2026-11-22T10:31:30.000Z', gateway: 'prod-egress-a', bytes: reports[0]?.bytes },
  ]);
  expect(readFileSync(join(run.out, 'mail-finished.txt'), 'utf8')).toContain('left: 0 of 1.');
  // Lines begin at 10:16:30, AWS delivers the first at 10:18:00, and the look of 10:18:30 sees it.
  expect(run.stdout).toContain('"at":"2026-11-22T10:21:30.000Z","kind":"deleted"');
});

/** The events of reports in the output of --json. */
function reportedIn({ stdout }: StoryRun): object[] {
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events.filter(({ kind }) => kind === 'reported');
}

test.concurrent('when no minute exceeds the threshold nothing is recorded, and the output says so', async () => {
  const { code, stdout } = await runStory(folder.path, ...QUIET);
  expect(code).toBe(0);
  expect(stdout).toContain('nothing passed the threshold, so nothing was recorded');
});

test.concurrent("every line of the user's own files is played", async () => {
  const path = folder.write(
    'own.log',
    `${FLOW}\nx\n${FLOW}\n${FLOW.replaceAll('17000000', '17000600')}\n`,
  );
  const { code, stdout, out } = await runStory(folder.path, path);
  expect(code).toBe(0);
  expect(readFileSync(join(out, 'mail-finished.txt'), 'utf8')).toContain('2.46 KiB');
  expect(readFileSync(join(out, 'reporter.log'), 'utf8')).toBe('');
  expect(stdout).toContain(`traffic     4 lines of ${path}`);
  expect(stdout).toContain('records in 4 = 3 OK + 0 NODATA + 0 SKIPDATA + 1 malformed');
  expect(stdout).toContain('flows exported 3 (legs: all)');
});

test.concurrent('the output counts the flows that v5 cannot carry', async () => {
  const six = FLOW.replace('10.0.0.1', '::1').replace('10.0.0.2', '::2');
  const path = folder.write('ipv6.log', `${six}\n${FLOW}`);
  const { code, stdout } = await runStory(folder.path, path);
  expect(code).toBe(0);
  expect(stdout).toContain('left out 1 flow');
});

test.concurrent("a user's collector replaces the built-in one, and flows have present times", async () => {
  const collector = await openCollector();
  const run = await runStoryWith(folder.path, '-n', collector.target, '--json', ...SMALL);
  const { exported, collector: builtIn } = outcomeOf(run);
  expect({ code: run.code, builtIn }).toEqual({ code: 0, builtIn: undefined });
  const { flows, troubles } = read(await collector.received(exported.datagrams));
  expect({ flows: flows.length, troubles }).toEqual({ flows: exported.flows, troubles: [] });
  const age = Date.now() / 1000 - Number(flows.at(-1)?.time_flow_end_ns) / 1e9;
  expect(Math.abs(age)).toBeLessThan(900);
  await collector.close();
});

test.concurrent("the command fails when a user's collector refuses datagrams", async () => {
  const target = `127.0.0.1:${await freePort()}`;
  const { code, stdout } = await runStoryWith(folder.path, '-n', target, ...SMALL);
  expect(code).toBe(1);
  expect(stdout).toMatch(/WRONG: \d+ datagrams were refused/);
});

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)(
  'without --once the collector listens until %s',
  async (signal) => {
    const out = join(folder.path, `listening-${signal}`);
    const pace = ['--no-build', '--speed', 'max'];
    const args = [...pace, '--listen', '127.0.0.1:0', '--out', out, ...QUIET];
    const { child, ended } = startNatflow('start', ...args);
    let said = '';
    await new Promise<void>((listening) => {
      child.stdout?.on('data', (text) => {
        said += text;
        if (said.endsWith(' FILE\n')) listening();
      });
    });
    const port = /replay -n (127\.0\.0\.1:\d+) FILE/.exec(said)?.[1] ?? '';
    const path = folder.write('more.log', `${FLOW}\n`);
    expect(await natflow('replay', '-n', port, path)).toMatchObject({ code: 0 });
    child.kill(signal);
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toContain('10.0.0.1:443 -> 10.0.0.2:49152');
  },
);

test.concurrent.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends a story at once with exit code %d and leaves no process',
  async (signal, code) => {
    const out = join(folder.path, `interrupted-${signal}`);
    const args = ['--no-build', '--listen', '127.0.0.1:0', '--out', out, ...SMALL];
    const { child, ended } = startNatflow('start', ...args);
    await new Promise<void>((begun) => {
      child.stdout?.on('data', (text) => String(text).includes('10:13:00') && begun());
    });
    child.kill(signal);
    expect(await ended).toMatchObject({ code, stderr: '' });
  },
);
