import { describe, expect, test } from '@jest/globals';
import { reportOn } from '../../../tests/reporter/story.ts';
import type { Report } from './report.ts';

/** Midnight: steps and periods begin there. */
const MIDNIGHT = Date.UTC(2026, 10, 22) / 1000;
const MINUTE = 60;

/** A NAT gateway's private leg: bytes by minute, of one gateway or of several. */
function linesOf(...gateways: readonly (readonly (readonly [number, number])[])[]): string {
  const lines = gateways.flatMap((minutes, gateway) =>
    minutes.map(([minute, bytes]) => {
      const second = MIDNIGHT + minute * MINUTE;
      return `nat-0${gateway} 10.0.0.1 1.1.1.1 ${second} ${second + 59} ${bytes}`;
    }),
  );
  return ['resource-id srcaddr dstaddr start end bytes', ...lines].join('\n');
}

const minutes = (bytes: readonly number[]) => bytes.map((each, minute) => [minute, each] as const);
const seen = ({ timeline }: Report, gateway = 0) => {
  const { peaks, over, periods } = timeline?.gateways[gateway] ?? {};
  return { peaks, over, periods };
};

describe('what an alarm saw', () => {
  test('are the minutes themselves where the chart has minutes', () => {
    const report = reportOn(linesOf(minutes([5, 20, 10])), { threshold: 9 });
    expect(report.timeline).toMatchObject({ total: [5, 20, 10], periodSeconds: 60 });
    expect(seen(report)).toEqual({ peaks: [5, 20, 10], over: 2, periods: 3 });
  });

  test('is the heaviest minute of a longer step, not its mean', () => {
    const day = minutes(
      new Array<number>(1200).fill(0).map((_, minute) => (minute === 12 ? 99 : 1)),
    );
    const report = reportOn(linesOf(day), { threshold: 50 });
    const { stepSeconds, total } = report.timeline ?? {};
    expect([stepSeconds, total?.slice(0, 3)]).toEqual([600, [10, 108, 10]]);
    expect(seen(report).peaks?.slice(0, 3)).toEqual([1, 99, 1]);
    expect(seen(report)).toMatchObject({ over: 1, periods: 1200 });
  });

  test('is the mean of its period, over all steps that the period touches', () => {
    const report = reportOn(linesOf(minutes([10, 0, 20, 0, 20, 30])), {
      threshold: 10,
      alarmPeriod: 300,
    });
    expect(seen(report)).toEqual({ peaks: [10, 10, 10, 10, 10, 6], over: 0, periods: 2 });
  });

  test('is what CloudWatch metered, where that is of the only gateway and fine enough', () => {
    const points = [3, 30, 9].map((bytes, minute) => ({ time: MIDNIGHT + minute * MINUTE, bytes }));
    const lines = linesOf(minutes([2, 25, 8]));
    const report = reportOn(lines, { threshold: 26, metered: { periodSeconds: 60, points } });
    expect(seen(report)).toEqual({ peaks: [3, 30, 9], over: 1, periods: 3 });
    expect(report.timeline?.peaksOf).toBe('metered');
    const coarse = reportOn(lines, { threshold: 26, metered: { periodSeconds: 300, points } });
    expect(coarse.timeline?.peaksOf).toBe('lines');
    expect(seen(coarse)).toEqual({ peaks: [2, 25, 8], over: 0, periods: 3 });
  });

  test('is one gateway, though several have lines: the heaviest comes first', () => {
    const points = [{ time: MIDNIGHT, bytes: 999 }];
    const report = reportOn(linesOf(minutes([4, 4]), minutes([7, 9])), {
      threshold: 10,
      metered: { periodSeconds: 60, points },
    });
    expect(report.timeline?.total).toEqual([11, 13]);
    expect(report.timeline?.gateways).toEqual([
      { name: 'nat-01', total: [7, 9], peaks: [7, 9], over: 0, periods: 2 },
      { name: 'nat-00', total: [4, 4], peaks: [4, 4], over: 0, periods: 2 },
    ]);
    expect(report.timeline?.peaksOf).toBe('lines');
  });

  test('is not known of several interfaces that are not known to be gateways', () => {
    const lines = ['eni-1', 'eni-2'].map(
      (name) => `${name} 10.0.0.1 1.1.1.1 ${MIDNIGHT} ${MIDNIGHT + 59} 7`,
    );
    const text = (...flows: string[]) =>
      ['interface-id srcaddr dstaddr start end bytes', ...flows].join('\n');
    const { timeline } = reportOn(text(...lines), { threshold: 10 });
    expect([timeline?.total, timeline?.gateways]).toEqual([[14], []]);
    const one = reportOn(text(...lines.slice(0, 1)), { threshold: 5 }).timeline;
    expect(one?.gateways).toEqual([{ name: 'eni-1', total: [7], peaks: [7], over: 1, periods: 1 }]);
  });
});

test('the axis has the whole recording, though its lines begin later', () => {
  const recording = { startedAt: (MIDNIGHT - 90) * 1000, endedAt: (MIDNIGHT + 150) * 1000 };
  const report = reportOn(linesOf(minutes([5])), { recording });
  expect(report.timeline).toMatchObject({
    start: MIDNIGHT - 2 * MINUTE,
    total: [0, 0, 5, 0, 0],
  });
  expect(report.recording).toMatchObject({
    madeAt: '2026-11-21T23:58:30.000Z',
    endedAt: '2026-11-22T00:02:30.000Z',
  });
});
