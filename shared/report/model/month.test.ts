import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { summariesOfMonth, summaryOfStory } from '../../../tests/support/summaries.ts';
import type { RecordingSummary } from '../../contract/recording-summary.ts';
import { monthBefore, monthReport } from './month.ts';

const NOW = Date.UTC(2026, 11, 1, 8);
const monthOf = (summaries: readonly RecordingSummary[], month = '2026-11') =>
  monthReport({ summaries, unread: [], newer: 0 }, { month, now: NOW });

test('the sums over random reports are those of a plain addition, and no byte of a gateway counts twice', () => {
  fc.assert(
    fc.property(summariesOfMonth, (summaries) => {
      const month = monthOf(summaries);
      const { overlapping, withoutReport } = month.missing;
      const left = new Set([...overlapping.map(({ id }) => id), ...withoutReport]);
      const counted = summaries.filter(({ id }) => !left.has(id));
      expect(withoutReport).toEqual(summaries.filter((each) => !each.report).map(({ id }) => id));
      expect(new Set(left).size).toBe(overlapping.length + withoutReport.length);

      const find = (id: string) => summaries.find((each) => each.id === id);
      for (const [index, a] of counted.entries()) {
        expect(counted.slice(index + 1).filter((b) => areAtOnce(a, b))).toEqual([]);
      }
      for (const { id, countedIn } of overlapping) {
        const [out, by] = [find(id), find(countedIn)];
        expect(out && by && areAtOnce(out, by) && !left.has(countedIn)).toBe(true);
        expect(by?.report?.bytes).toBeGreaterThanOrEqual(out?.report?.bytes ?? 0);
      }
      comparePlain(month, counted);
      const delivery = summaries.reduce((sum, { report }) => sum + (report?.recording ?? 0), 0);
      expect(month.natflow.delivery).toBeCloseTo(delivery, 9);
    }),
    { numRuns: 150 },
  );
});

function areAtOnce(a: RecordingSummary, b: RecordingSummary): boolean {
  const isOne = a.account === b.account && a.region === b.region && a.gateway === b.gateway;
  return isOne && a.begun < b.ended && b.begun < a.ended;
}

/** Adds up what the counted reports say, one number after the other. */
function comparePlain(month: ReturnType<typeof monthOf>, counted: readonly RecordingSummary[]) {
  const plain = { bytes: 0, dollars: 0, seconds: 0, savings: 0, unpriced: 0 };
  const sources = new Map<string, number>();
  const targets = new Map<string, number>();
  for (const { account, region, gateway, report } of counted) {
    if (report === null) continue;
    plain.bytes += report.bytes;
    plain.dollars += report.dollars ?? 0;
    plain.seconds += report.seconds;
    plain.savings += report.savings;
    if (report.dollars === null) plain.unpriced += 1;
    for (const { address, id, name, bytes } of report.sources.rows) {
      const key = `${account}/${region}/${id ?? gateway}/${address}/${id}/${name}`;
      sources.set(key, (sources.get(key) ?? 0) + bytes);
    }
    for (const { target, bytes } of report.services.rows) {
      targets.set(`aws ${target}`, (targets.get(`aws ${target}`) ?? 0) + bytes);
    }
    for (const { target, bytes } of report.peers.rows) {
      const key = target.startsWith('10.') ? `${account} ${region} ${target}` : target;
      targets.set(key, (targets.get(key) ?? 0) + bytes);
    }
  }
  const { bytes, dollars, seconds, savings, unpriced } = month;
  expect({ bytes, seconds, savings, unpriced }).toEqual({
    ...{ bytes: plain.bytes, seconds: plain.seconds },
    ...{ savings: plain.savings, unpriced: plain.unpriced },
  });
  expect(dollars).toBeCloseTo(plain.dollars, 6);
  const sorted = (values: Iterable<number>) => [...values].sort((a, b) => b - a);
  const most = 50;
  if (sources.size <= most) {
    expect(sorted(month.sources.rows.map((row) => row.bytes))).toEqual(sorted(sources.values()));
    for (const row of month.sources.rows) {
      const { account, region, id, gateway, address, name } = row;
      const key = `${account}/${region}/${id ?? gateway}/${address}/${id}/${name}`;
      expect([key, row.bytes]).toEqual([key, sources.get(key)]);
    }
  }
  if (targets.size <= most) {
    expect(sorted(month.targets.rows.map((row) => row.bytes))).toEqual(sorted(targets.values()));
  }
  const ofGateways = month.gateways.reduce((sum, each) => sum + each.bytes, 0);
  expect(ofGateways).toBe(plain.bytes);
}

const traffic = fc.array(
  fc.dictionary(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 1, max: 1e6 })),
  {
    minLength: 1,
    maxLength: 6,
  },
);

test('what a source really had is between its bytes and the most that it can be, however many rows reports show', () => {
  fc.assert(
    fc.property(traffic, fc.integer({ min: 1, max: 9 }), (recordings, shown) => {
      const summaries = recordings.map((bytesOf, index) => cutAt(shown, bytesOf, index));
      const { rows } = monthOf(summaries).sources;
      for (const { name, bytes, mostBytes } of rows) {
        const truth = recordings.reduce((sum, each) => sum + (each[name ?? ''] ?? 0), 0);
        expect(bytes).toBeLessThanOrEqual(truth);
        expect(mostBytes).toBeGreaterThanOrEqual(truth);
        if (shown > 8) expect(mostBytes).toBe(truth);
      }
    }),
    { numRuns: 150 },
  );
});

/** A recording of an hour of its own, whose report shows so many of its sources. */
function cutAt(shown: number, bytesOf: Record<string, number>, hour: number): RecordingSummary {
  const summary = summaryAt(hour);
  const all = Object.entries(bytesOf)
    .map(([name, bytes]) => ({ address: '10.0.0.1', id: null, name, bytes, dollars: bytes }))
    .sort((a, b) => b.bytes - a.bytes);
  const hidden = all.slice(shown);
  const bytes = hidden.reduce((sum, each) => sum + each.bytes, 0);
  const sources = {
    ...{ rows: all.slice(0, shown), others: { count: hidden.length, bytes }, error: 0 },
  };
  return { ...summary, report: summary.report && { ...summary.report, sources } };
}

const STORY = summaryOfStory();

function summaryAt(hour: number, id = `nat-1-20261122T${10 + hour}0000Z-1`): RecordingSummary {
  const time = (minute: number) =>
    new Date(Date.UTC(2026, 10, 22, 10 + hour, minute)).toISOString();
  return { ...STORY, id, begun: time(0), ended: time(15) };
}

test('the story twice is the story doubled, and its sources and endpoint are named', () => {
  const month = monthOf([summaryAt(0), summaryAt(1)]);
  const { report } = STORY;
  expect(month).toMatchObject({
    ...{ counted: 2, bytes: 2 * (report?.bytes ?? 0), dollars: 2 * (report?.dollars ?? 0) },
    ...{ isPartial: false, savings: 2 * (report?.savings ?? 0) },
    natflow: { stacks: 1, gateways: 1 },
  });
  expect(month.gateways).toMatchObject([{ name: 'prod-egress-a', byAlarm: 2, byHand: 0 }]);
  expect(month.sources.rows[0]).toMatchObject({
    name: 'etl-worker-7',
    recordings: 2,
    headlines: 2,
  });
  expect(month.targets.rows[0]).toMatchObject({ target: 'S3', isService: true, recordings: 2 });
  expect(month.endpoints[0]).toMatchObject({ service: 'S3', recordings: 2 });
});

test('two stacks that record one gateway at once count once, and recordings a minute apart are said to be close', () => {
  const first = summaryAt(0);
  const twin = { ...first, id: `${first.id}1`, stack: 'two' };
  const next = {
    ...summaryAt(1),
    begun: '2026-11-22T10:16:00.000Z',
    ended: '2026-11-22T10:30:00.000Z',
  };
  const { counted, missing, natflow } = monthOf([twin, first, next]);
  expect([counted, missing.overlapping, missing.close]).toEqual([
    2,
    [{ id: twin.id, countedIn: first.id }],
    1,
  ]);
  expect(natflow.stacks).toBe(2);
});

test('a month that is not over is partial, and the month before January is December', () => {
  expect(monthOf([], '2026-12').isPartial).toBe(true);
  expect([Date.UTC(2027, 0, 1), NOW].map(monthBefore)).toEqual(['2026-12', '2026-11']);
});
