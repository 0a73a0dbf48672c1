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
    { numRuns: 60 },
  );
});

function areAtOnce(a: RecordingSummary, b: RecordingSummary): boolean {
  const isOne = a.account === b.account && a.region === b.region && a.gateway === b.gateway;
  return isOne && a.begun < b.ended && b.begun < a.ended;
}

/** Adds up what the counted reports say, one number after the other. */
function comparePlain(month: ReturnType<typeof monthOf>, counted: readonly RecordingSummary[]) {
  const plain = { bytes: 0, dollars: 0, seconds: 0, savings: 0, unpriced: 0 };
  for (const { report } of counted) {
    plain.bytes += report?.bytes ?? 0;
    plain.dollars += report?.dollars ?? 0;
    plain.seconds += report?.seconds ?? 0;
    plain.savings += report?.savings ?? 0;
    if (report?.dollars === null) plain.unpriced += 1;
  }
  const { bytes, dollars, seconds, savings, unpriced } = month;
  expect({ bytes, seconds, savings, unpriced, dollars: plain.dollars }).toEqual(plain);
  expect(dollars).toBeCloseTo(plain.dollars, 6);
  expect(month.gateways.reduce((sum, each) => sum + each.bytes, 0)).toBe(plain.bytes);
  expect(month.sources.rows.map(({ bytes: of }) => of).sort()).toEqual(sourcesOf(counted));
  expect(month.targets.rows.map(({ bytes: of }) => of).sort()).toEqual(targetsOf(counted));
}

/** Sums by all that tells a source apart; there are fewer in the reports than rows of a month. */
function sourcesOf(counted: readonly RecordingSummary[]): number[] {
  return sumsOf(
    counted.flatMap(({ account, region, gateway, report }) =>
      (report?.sources.rows ?? []).map(({ address, id, name, bytes }) => {
        const key = `${account}/${region}/${id ?? gateway}/${address}/${id}/${name}`;
        return [key, bytes] as const;
      }),
    ),
  );
}

function targetsOf(counted: readonly RecordingSummary[]): number[] {
  return sumsOf(
    counted.flatMap(({ account, region, report }) => [
      ...(report?.services.rows ?? []).map((row) => [`aws ${row.target}`, row.bytes] as const),
      ...(report?.peers.rows ?? []).map(({ target, bytes }) => {
        const key = target.startsWith('10.') ? `${account} ${region} ${target}` : target;
        return [key, bytes] as const;
      }),
    ]),
  );
}

function sumsOf(amounts: readonly (readonly [string, number])[]): number[] {
  const sums: Record<string, number> = {};
  for (const [key, bytes] of amounts) sums[key] = (sums[key] ?? 0) + bytes;
  return Object.values(sums).sort();
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
    { numRuns: 60 },
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
