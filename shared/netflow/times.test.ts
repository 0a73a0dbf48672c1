import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportLines } from '../../tests/support/export-lines.ts';
import { EXPORTABLE_FORMAT, exportableLine } from '../../tests/support/exportable-line.ts';
import type { Version } from './protocol.ts';

const DAY = 86_400;
/** Noon of a day, in Unix seconds. */
const NOON = Date.UTC(2026, 10, 22, 12) / 1000;

type Span = readonly [start: number, end: number];

/** Header times, SysUptime and the flows' times in Unix seconds, by packet. */
function packetsOf(version: Version, spans: readonly Span[], now: number) {
  const lines = spans.map(([start, end]) => exportableLine({ start, end }));
  const { packets } = exportLines(version, EXPORTABLE_FORMAT, lines, { now: () => now * 1000 });
  return packets.map(({ header, records }) => ({
    header: header?.version === 10 ? header.exportTime : header?.unixSecs,
    uptime: header?.version === 10 ? 0 : (header?.sysUptime ?? 0),
    times: records.map(({ values, startMs, endMs }) => [
      (startMs ?? Number(values['flowStartMilliseconds'])) / 1000,
      (endMs ?? Number(values['flowEndMilliseconds'])) / 1000,
    ]),
  }));
}

describe.each([5, 9] as const)('version %d', (version) => {
  test.each([
    ['the present time', NOON - 60, NOON - 2, NOON, NOON],
    ['the present time when the flow has just ended', NOON - 60, NOON, NOON, NOON],
    ["the flow's end when the clock is behind it", NOON - 60, NOON + 1, NOON, NOON + 1],
    // Boot is a day before the first flow, and the header's range is 24 days from there.
    ['the present time 23 days after the flow', NOON, NOON + 9, NOON + 23 * DAY, NOON + 23 * DAY],
    ["the flow's end a second later", NOON, NOON + 9, NOON + 23 * DAY + 1, NOON + 9],
  ])('has in its header %s', (_, start, end, now, expected) => {
    const [packet, ...others] = packetsOf(version, [[start, end]], now);
    expect(others).toEqual([]);
    expect(packet?.header).toBe(expected);
    expect(packet?.times).toEqual([[start, end]]);
    // Times count from a boot time a day before the flow.
    expect(packet?.uptime).toBe((expected - (start - DAY)) * 1000);
  });

  test('has in its header the end of its newest flow, at any position', () => {
    const spans: Span[] = [
      [NOON, NOON + 5],
      [NOON + 1, NOON + 60],
      [NOON + 2, NOON + 30],
    ];
    expect(packetsOf(version, spans, NOON + 100 * DAY)[0]?.header).toBe(NOON + 60);
    expect(packetsOf(version, spans, NOON)[0]?.header).toBe(NOON + 60);
  });

  test('never goes back in its headers, whatever the order of flows within 20 days', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20 * DAY), { minLength: 100, maxLength: 300 }), (starts) => {
        const spans = [0, ...starts].map((at): Span => [NOON + at, NOON + at + 60]);
        const packets = packetsOf(version, spans, NOON + 1100 * DAY);
        const headers = packets.map(({ header }) => header ?? 0);
        expect(headers).toEqual(headers.toSorted((a, b) => a - b));
        expect(packets.flatMap(({ times }) => times)).toEqual(spans);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['a flow that ends 23 days after the first began', NOON + 23 * DAY - 5, NOON + 23 * DAY, 1],
    ['not one that ends a second later', NOON + 23 * DAY - 5, NOON + 23 * DAY + 1, 2],
    ['a flow that began a day before', NOON - DAY, NOON, 1],
    ['not one that began a second earlier', NOON - DAY - 1, NOON, 2],
  ])('holds in one packet %s', (_, start, end, count) => {
    const spans: Span[] = [
      [NOON, NOON + 5],
      [start, end],
    ];
    const packets = packetsOf(version, spans, NOON);
    expect(packets).toHaveLength(count);
    expect(packets.flatMap(({ times }) => times)).toEqual(spans);
  });

  test('keeps all its times below 2^31 milliseconds of uptime', () => {
    const days = Array.from({ length: 60 }, (_, index) => (index * 37) % 60);
    const spans = days.map((day): Span => [NOON + day * DAY, NOON + day * DAY + 600]);
    for (const { header, uptime, times } of packetsOf(version, spans, NOON + 61 * DAY)) {
      const boot = Number(header) - uptime / 1000;
      expect(uptime).toBeLessThan(2 ** 31);
      for (const time of times.flat()) {
        expect(time - boot).toBeGreaterThanOrEqual(0);
        expect((time - boot) * 1000).toBeLessThan(2 ** 31);
      }
    }
  });

  test('exports a flow of more than 22 days as 22 days, and one that ends before its start as 0 s', () => {
    const packets = packetsOf(
      version,
      [
        [NOON - 22 * DAY, NOON],
        [NOON - 22 * DAY - 1, NOON],
        [0, NOON],
        [NOON, NOON - 9],
      ],
      NOON,
    );
    expect(packets.flatMap(({ times }) => times)).toEqual([
      [NOON - 22 * DAY, NOON],
      [NOON - 22 * DAY, NOON],
      [NOON - 22 * DAY, NOON],
      [NOON - 9, NOON - 9],
    ]);
  });

  test('has 1970 in its header when its flows are at the epoch', () => {
    const [packet] = packetsOf(version, [[0, 0]], NOON);
    expect([packet?.header, packet?.uptime, packet?.times]).toEqual([0, 0, [[0, 0]]]);
  });

  test('uses the epoch as boot time when flows are on its first day', () => {
    const [packet] = packetsOf(version, [[DAY - 1, DAY]], 2 * DAY);
    expect([packet?.header, packet?.uptime]).toEqual([2 * DAY, 2 * DAY * 1000]);
    const [next] = packetsOf(version, [[DAY + 1, DAY + 2]], 2 * DAY);
    expect([next?.header, next?.uptime]).toEqual([2 * DAY, (2 * DAY - 1) * 1000]);
  });
});

describe('IPFIX', () => {
  test('has the present time in its header, and exports all times unchanged', () => {
    const spans: Span[] = [
      [0, NOON],
      [NOON, NOON - 9],
      [1, 2 ** 32 - 1],
      // Milliseconds around 2^32 and 2^40.
      [4_294_967, 4_294_968],
      [1_099_511_627, 1_099_511_628],
    ];
    const packets = packetsOf(10, spans, NOON + 400 * DAY);
    expect(packets.map(({ header }) => header)).toEqual([NOON + 400 * DAY]);
    expect(packets.flatMap(({ times }) => times)).toEqual(spans);
  });
});

test.each([5, 9, 10] as const)(
  'version %d has the time at which a packet was closed in its header, in whole seconds',
  (version) => {
    let now = NOON * 1000;
    const lines = Array.from({ length: 40 }, () =>
      exportableLine({ start: NOON - 9, end: NOON - 8 }),
    );
    const { headers } = exportLines(version, EXPORTABLE_FORMAT, lines, {
      now: () => {
        now += 999;
        return now;
      },
    });
    const seconds = headers.map((header) =>
      header.version === 10 ? header.exportTime : header.unixSecs,
    );
    // Each packet reads the clock when it is opened and when it is closed.
    expect(seconds).toEqual(headers.map((_, index) => Math.floor(NOON + 0.999 * 2 * (index + 1))));
  },
);
