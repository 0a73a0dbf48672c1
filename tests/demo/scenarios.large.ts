import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { SCENARIOS } from '../../services/demo/scenarios.ts';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import type { Cards } from '../../shared/notification/cards/cards.ts';
import type { FactEvent } from '../../shared/notification/event.ts';
import { size } from '../../shared/text/units.ts';
import {
  chatFaults,
  eventFaults,
  pagerDutyFaults,
  slackFaults,
  teamsFaults,
} from '../notification/published.ts';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { outcomeOf, runStory, type StoryRun } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();
/** Seconds until a flow log begins. */
const DELAYS = [0, 300, 600];
const QUICK = ['two-gateways', 'collector-down'];
/** Enough for every share, and a third of the time. */
const SMALL = ['--connections', '40'];
/** Points of percent. A level says nothing of how the bytes of a minute are spread; `faults` allow two. */
const MOST_OFF = 3;
const MIB = 2 ** 20;
const MINUTE_MS = 60_000;
/** When the levels of a story begin. */
const START = Date.parse('2026-11-22T10:12:00Z');
const isLong = process.env['NATFLOW_LONG'] !== undefined;
const stories = SCENARIOS.flatMap((scenario) =>
  DELAYS.map((delay) => [scenario.name, delay, scenario] as const),
);
const told = stories.filter(
  ([name, delay]) =>
    isLong || delay === 600 || (delay === 300 ? QUICK.includes(name) : name === 'long-spike'),
);

/** While it waits for its lines, a recording goes on through the second spike of the flapping alarm. */
function recordingsOf(name: string, delay: number): number {
  return name === 'two-gateways' || (name === 'flapping' && delay < 600) ? 2 : 1;
}

/** The recordings of a gateway, by the events in the output of --json, Unix milliseconds. */
function recordedIn({ stdout }: StoryRun, gateway: string) {
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ gatewayId }) => gatewayId === gateway)
    .map((event) => ({ ...event, at: Date.parse(event.at) }));
  const raised = events.filter(({ changed, state }) => changed && state === 'ALARM');
  const deleted = events.filter(({ kind }) => kind === 'deleted');
  return events
    .filter(({ kind }) => kind === 'created')
    .map(({ at: made }, index) => ({
      made,
      alarmAt: raised.findLast(({ at }) => at <= made)?.at,
      endedAt: deleted[index]?.at,
    }));
}

/** The MiB that a scenario sends through a gateway, by the levels of its minutes. */
function sentBetween(levels: readonly number[], from: number, until: number): number {
  let sent = 0;
  for (let start = START, index = 0; start < until; start += MINUTE_MS, index += 1) {
    const part = Math.min(until, start + MINUTE_MS) - Math.max(from, start);
    if (part > 0) sent += ((levels[index] ?? levels.at(-1) ?? 0) * part) / MINUTE_MS;
  }
  return sent;
}

/** The reports of a story with their mails, by gateway. */
function reportsOf({ out }: StoryRun, count: number) {
  const reports = Array.from({ length: count }, (_, index) => {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    const read = (name: string) => readFileSync(join(out, name), 'utf8');
    const report = JSON.parse(read(`report${suffix}.json`));
    return { report, mail: read(`mail-finished${suffix}.txt`) };
  });
  return Map.groupBy(reports, ({ report }): string => report.gateway.id);
}

/** The events of a story, as EventBridge would get them. */
function eventsOf({ out }: StoryRun): FactEvent[] {
  const lines = readFileSync(join(out, 'events.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** What is wrong with the cards in an event, by the schemas of those who publish them. */
function cardFaults({ detail }: FactEvent): string[] {
  const cards = detail['cards'] as Cards;
  return [chatFaults, slackFaults, teamsFaults, pagerDutyFaults].flatMap((check) => check(cards));
}

test.concurrent.each(told)(
  '%s with flow logs that begin after %d s',
  async (name, delay, scenario) => {
    const story = ['--scenario', name, '--flow-log-delay', String(delay), ...SMALL];
    const run = await runStory(folder.path, '--json', ...story);
    const outcome = outcomeOf(run);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(outcome).toMatchObject({ kind: 'end', faults: [], flowLogsLeft: 0, schedulesLeft: 0 });
    expect(outcome.recordings).toBe(recordingsOf(name, delay));
    const changes = Map.groupBy(scenario.gateways, ({ createdIn }) => createdIn !== undefined);
    // A mail tells that a gateway has come, and one that it has gone.
    const news = 2 * (changes.get(true)?.length ?? 0) + (name === 'budget' ? 1 : 0);
    expect(outcome.mails).toBe(3 * outcome.recordings + news);
    const events = eventsOf(run);
    expect(events).toHaveLength(outcome.mails);
    expect(events.flatMap((event) => [...eventFaults(event), ...cardFaults(event)])).toEqual([]);
    expect(outcome.records.delivered).toBeGreaterThan(100);
    expect(outcome.archive.records).toBe(outcome.records.delivered);
    expect(outcome.collector?.wentDown).toBe(name === 'collector-down');
    const reports = reportsOf(run, outcome.recordings);
    for (const { id, levels } of scenario.gateways) {
      const recorded = recordedIn(run, id);
      expect(reports.get(id) ?? []).toHaveLength(recorded.length);
      for (const [index, { made, alarmAt, endedAt }] of recorded.entries()) {
        const { report, mail } = reports.get(id)?.[index] ?? {};
        const all = sentBetween(levels, alarmAt, endedAt);
        const missing = sentBetween(levels, alarmAt, made + delay * 1000);
        const share = (mebibytes: number) => (100 * mebibytes) / all;
        const told = report.recording.missing.bytes;
        const { percent } = report.reconciliation;
        expect(Math.abs(percent - share(all - missing))).toBeLessThan(MOST_OFF);
        expect(Math.abs(share(told / MIB) - share(missing))).toBeLessThan(MOST_OFF);
        const sentence = `The ${size(told)} that CloudWatch metered in the `;
        if (delay === 600) expect(mail).toContain(sentence);
      }
    }
  },
);

test.concurrent('what is exported all the time reaches collector and archive once, and no report has it', async () => {
  const run = await runStory(folder.path, '--scenario', 'continuous', ...SMALL, '--json');
  expect(run.code).toBe(0);
  const { faults, continuous, exported, collector, reports, archive } = outcomeOf(run);
  expect(faults).toEqual([]);
  const { records = 0, flows = 0, bytes = 0, ownTraffic } = continuous ?? {};
  expect(flows).toBeGreaterThan(1000);
  expect(continuous).toMatchObject({ archived: records, unsent: 0 });
  // One line in each minute of each source is of the forwarder's own datagrams, and one has no data.
  expect(records).toBe(flows + 2 * (ownTraffic ?? 0));
  expect(collector).toMatchObject({ flows: exported.flows + flows, sequenceErrors: 0 });
  expect(collector?.bytes).toBe(exported.bytes + bytes);
  expect(reports.map((report) => report.bytes)).toEqual([exported.bytes]);
  expect(await linesBelow(run, 'continuous')).toBe(records);
  expect(await linesBelow(run, 'flows')).toBe(archive.records);
});

/** Lines below a folder of the archive, counted without natflow's reader. */
async function linesBelow({ out }: StoryRun, prefix: string): Promise<number> {
  const files = await new FolderBucket(join(out, 'archive')).files(prefix);
  const texts = files.map((file) => gunzipSync(readFileSync(file)).toString());
  return texts.join('').trimEnd().split('\n').length;
}

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

test.concurrent('a gateway that comes after the deployment is followed by the next sweep, and let go when it is deleted', async () => {
  const { code, stdout, out } = await runStory(folder.path, '--scenario', 'new-gateway', ...SMALL);
  expect(code).toBe(0);
  const lines = stdout
    .split('\n')
    .filter((line) => /account|alarm natflow|natflow (no longer )?follows/.test(line));
  expect(lines.map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
    '10:14:00 account creates NAT gateway prod-egress-c (nat-0e33cc44dd55ee66f)',
    '10:17:00 controller makes alarm natflow-nat-0e33cc44dd55ee66f-followed',
    '10:17:00 mail natflow follows prod-egress-c',
    '10:41:00 account deletes NAT gateway prod-egress-c (nat-0e33cc44dd55ee66f)',
    '10:42:00 controller removes alarm natflow-nat-0e33cc44dd55ee66f-followed',
    '10:42:00 mail natflow no longer follows prod-egress-c',
  ]);
  expect(readFileSync(join(out, 'mail-1.txt'), 'utf8')).toContain(
    'Followed from now on: prod-egress-c (nat-0e33cc44dd55ee66f).',
  );
});
