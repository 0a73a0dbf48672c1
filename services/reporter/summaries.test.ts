import { expect, test } from '@jest/globals';
import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { readSummary } from '../../shared/contract/recording-summary.ts';
import { OUTBOX_CODEC, type SummaryOutbox } from '../../shared/contract/summary-outbox.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { reportOn, START, storyLines } from '../../tests/reporter/story.ts';
import { beginSummary, flushOutbox, ownMonth, storeSummary } from './summaries.ts';

const ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';
const KEY = `recordings/year=2026/month=11/account=123456789012/region=eu-west-1/${ID}.json`;
const RECORDING: EndedRecording = {
  ...{ id: ID, gatewayId: 'nat-0c11aa22bb33cc44d', spikeAt: START * 1000 },
  ...{ startedAt: START * 1000, endedAt: (START + 900) * 1000 },
};
const REPORT = renderJson(reportOn(storyLines()));

/** An archive and a central bucket that refuses as long as `isDown`. */
function world() {
  const archive = new Map<string, string>();
  const central = new Map<string, string>();
  const reports = new Map<string, string>();
  const warnings: string[] = [];
  const change = { isDown: false };
  let stored: { state: SummaryOutbox; version: number } | undefined;
  const ports = {
    summary: async (key: string) => archive.get(key),
    storeSummary: async (key: string, text: string) => void archive.set(key, text),
    summariesOf: async (month: string) => ({
      summaries: [...archive]
        .filter(([key]) => key.includes(`month=${month.slice(5)}/`))
        .map(([, text]) => readSummary(text)),
      ...{ unread: [], newer: 0 },
    }),
    central: async (key: string, text: string) => {
      if (change.isDown) throw new Error('AccessDenied');
      central.set(key, text);
    },
    outbox: {
      load: async () => stored,
      save: async (state: SummaryOutbox, version: number) => {
        if (version !== (stored?.version ?? 0)) return false;
        stored = { state: OUTBOX_CODEC.read(OUTBOX_CODEC.write(state)), version: version + 1 };
        return true;
      },
    },
    placeOf: () => ({
      ...{ natflow: '0.0.0', stack: 'natflow', account: '123456789012', region: 'eu-west-1' },
      links: { page: 's3://a/report.html', json: 's3://a/report.json' },
    }),
    report: async (id: string) => reports.get(id),
    async *reports() {
      yield* reports.keys();
    },
    warn: (message: string) => void warnings.push(message),
  };
  const read = (store: Map<string, string>) => store.get(KEY) && JSON.parse(store.get(KEY) ?? '');
  return { ports, archive, central, reports, warnings, change, read };
}

test('a recording has a summary before it has a report, and the central bucket gets the whole one', async () => {
  const { ports, archive, central, reports, read } = world();
  await beginSummary(RECORDING, ports);
  expect(read(archive)).toMatchObject({ id: ID, report: null, ended: '2026-11-22T10:29:30.000Z' });
  expect(central.size).toBe(0);
  reports.set(ID, REPORT);
  await storeSummary(ID, ports);
  await flushOutbox(ports);
  expect(read(central)).toMatchObject({ id: ID, report: { bytes: expect.any(Number) } });
  expect(central.get(KEY)).toBe(archive.get(KEY));
});

test('a central bucket that is down gets later what it did not take, and nothing twice', async () => {
  const { ports, central, change, reports } = world();
  change.isDown = true;
  await beginSummary(RECORDING, ports);
  reports.set(ID, REPORT);
  await storeSummary(ID, ports);
  await expect(flushOutbox(ports)).rejects.toThrow('AccessDenied');
  await expect(flushOutbox(ports)).rejects.toThrow('AccessDenied');
  change.isDown = false;
  await flushOutbox(ports);
  expect([...central.keys()]).toEqual([KEY]);
  central.clear();
  await flushOutbox(ports);
  expect(central.size).toBe(0);
});

test('a report whose summary could not be written is completed when it is shared, and counts in its month', async () => {
  const { ports, archive, central, reports, read } = world();
  await beginSummary(RECORDING, ports);
  reports.set(ID, REPORT);
  expect((await ownMonth('2026-11', ports)).summaries).toMatchObject([
    { report: { seconds: 850 } },
  ]);
  await flushOutbox(ports);
  expect(read(central)).toMatchObject({ report: { seconds: 850 } });
  expect(central.get(KEY)).toBe(archive.get(KEY));
});

test('reports of an earlier release, which have no summary, count; one that lacks members is named', async () => {
  const { ports, reports } = world();
  const old = ID.replace('Z-1', 'Z-2');
  const other = ID.replace('202611', '202610');
  reports.set(ID, REPORT).set(old, '{"gateway":{}}').set(other, REPORT);
  const { summaries, unread } = await ownMonth('2026-11', ports);
  expect(summaries.map(({ id }) => id)).toEqual([ID]);
  expect(unread).toEqual([`the report of ${old}, which is of another release of natflow`]);
});

test('a summary that is no longer in the archive leaves the outbox with a warning', async () => {
  const { ports, archive, warnings } = world();
  await beginSummary(RECORDING, ports);
  archive.clear();
  await flushOutbox(ports);
  await flushOutbox(ports);
  expect(warnings).toEqual([`${KEY} is not in the archive, and not in CentralBucket`]);
});

test('an outbox of another release, or one that is torn, is read as far as it goes', () => {
  const read = ['{"schema":9,"keys":["a"],"more":1}', '{"keys":[1]}', '{', ''];
  expect(read.map(OUTBOX_CODEC.read)).toEqual([
    { keys: ['a'] },
    { keys: [] },
    { keys: [] },
    { keys: [] },
  ]);
});
