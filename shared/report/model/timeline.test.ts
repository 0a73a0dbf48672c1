import { describe, expect, test } from '@jest/globals';
import { reportOn, START } from '../../../tests/reporter/story.ts';

const MINUTE = 60;
/** Midnight, at which a step of every length begins. */
const MIDNIGHT = Date.UTC(2026, 10, 22) / 1000;
const HEADER = 'srcaddr dstaddr start end bytes';
const line = (client: string, minute: number, bytes: number) => {
  const second = MIDNIGHT + minute * MINUTE;
  return `${client} 1.1.1.1 ${second} ${second} ${bytes}`;
};
const text = (...lines: string[]) => [HEADER, ...lines].join('\n');

describe('the steps of the time axis', () => {
  test.each([
    [0, 1],
    [238, 1],
    [239, 2],
    [477, 2],
    [478, 5],
    [1194, 5],
    [1195, 10],
    [2390, 15],
    [3585, 30],
    [7170, 60],
    [14_340, 120],
    [28_680, 180],
    [43_020, 360],
    [86_040, 720],
    [172_080, 1440],
    [344_159, 1440],
    [344_160, 2880],
    [688_319, 2880],
    [688_320, 5760],
  ])('over %d minutes have %d minutes, as few as 240 of them allow', (range, minutes) => {
    const { timeline } = reportOn(text(line('10.0.0.1', 0, 7), line('10.0.0.1', range, 5)));
    const total = timeline?.total ?? [];
    expect(timeline?.stepSeconds).toBe(minutes * MINUTE);
    expect(total.length).toBeLessThanOrEqual(240);
    expect(total.at(0)).toBe(range < minutes ? 12 : 7);
    expect(total.reduce((sum, bytes) => sum + bytes, 0)).toBe(12);
  });

  test('begin at multiples of their length, and each has its own bytes', () => {
    const minutes = [7, 9, 10, 14, 15, 484, 485, 486, 500];
    const lines = minutes.map((minute) => line('10.0.0.1', minute, minute));
    const { timeline } = reportOn(text(...lines));
    expect([timeline?.start, timeline?.stepSeconds]).toEqual([MIDNIGHT + 5 * MINUTE, 5 * MINUTE]);
    const steps = new Map(timeline?.total.entries());
    for (const [step, bytes] of steps) if (bytes === 0) steps.delete(step);
    expect([...steps]).toEqual([
      [0, 7 + 9],
      [1, 10 + 14],
      [2, 15],
      [95, 484],
      [96, 485 + 486],
      [99, 500],
    ]);
    expect(timeline?.total).toHaveLength(100);
  });
});

describe('the series of the time axis', () => {
  const clients = Array.from({ length: 7 }, (_, index) => `10.0.0.${index}`);

  test('are the five heaviest sources and the others', () => {
    const lines = clients.flatMap((client, index) => [
      line(client, 0, 100 - index),
      line(client, 2, 10 * index),
    ]);
    const { timeline } = reportOn(text(...lines), { top: 10 });
    expect(timeline?.series).toEqual([
      { label: '10.0.0.6', bytes: [94, 0, 60] },
      { label: '10.0.0.5', bytes: [95, 0, 50] },
      { label: '10.0.0.4', bytes: [96, 0, 40] },
      { label: '10.0.0.3', bytes: [97, 0, 30] },
      { label: '10.0.0.2', bytes: [98, 0, 20] },
      { label: 'others', bytes: [199, 0, 10] },
    ]);
    expect(timeline?.total).toEqual([679, 0, 210]);
  });

  test('are at most as many as the rows of the table, without others if there are none', () => {
    const lines = clients.slice(0, 5).map((client) => line(client, 0, 1));
    const labels = (top: number) =>
      reportOn(text(...lines), { top }).timeline?.series.map(({ label }) => label);
    expect(labels(2)).toEqual(['10.0.0.0', '10.0.0.1', 'others']);
    expect(labels(10)).toEqual(clients.slice(0, 5));
  });

  test('have the name of their source, or its id', () => {
    const network = {
      NetworkInterfaces: [
        { NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.0.0.1', Description: 'db' },
        { NetworkInterfaceId: 'eni-2', PrivateIpAddress: '10.0.0.2' },
      ],
    };
    const lines = clients.slice(1, 4).map((client, index) => line(client, 0, 9 - index));
    expect(
      reportOn(text(...lines), { network }).timeline?.series.map(({ label }) => label),
    ).toEqual(['db (10.0.0.1)', 'eni-2 (10.0.0.2)', '10.0.0.3']);
  });
});

test('metrics are in the steps of the flows only', () => {
  const metered = {
    periodSeconds: 60,
    points: [-1, 0, 1, 2, 3].map((minute) => ({
      time: MIDNIGHT + minute * MINUTE + 59,
      bytes: 10 + minute,
    })),
  };
  const { timeline } = reportOn(text(line('10.0.0.1', 0, 7), line('10.0.0.1', 2, 7)), {
    metered,
    threshold: 99,
  });
  expect(timeline).toMatchObject({ metered: [10, 11, 12], threshold: 99 });
  const without = reportOn(text(line('10.0.0.1', 0, 7))).timeline;
  expect([without?.metered, without?.threshold]).toEqual([undefined, undefined]);
});

describe('time', () => {
  const flow = (start: number, end: number, bytes: number) =>
    `srcaddr dstaddr start end bytes\n10.0.0.1 1.1.1.1 ${start} ${end} ${bytes}\n`;

  test('of a flow carries its bytes evenly, to the last byte', () => {
    const { timeline } = reportOn(flow(START, START + 89, 1001));
    expect(timeline?.total).toEqual([333, 668]);
    const long = reportOn(flow(START, START + 599, 6000)).timeline?.total;
    expect(long).toEqual([300, 600, 600, 600, 600, 600, 600, 600, 600, 600, 300]);
  });

  test('is the first minute when the end is invalid', () => {
    expect(reportOn(flow(START, START - 5, 10)).timeline?.total).toEqual([10]);
    expect(reportOn(flow(START, START + 86_400, 10)).timeline?.total).toEqual([10]);
  });

  test('is drawn in a few hundred steps at most', () => {
    const text = `srcaddr dstaddr start end bytes\n10.0.0.1 1.1.1.1 0 9 1\n10.0.0.1 1.1.1.1 4294967290 4294967295 2\n`;
    const { timeline } = reportOn(text);
    expect(timeline?.total.length).toBeLessThanOrEqual(240);
    expect([timeline?.total[0], timeline?.total.at(-1)]).toEqual([1, 2]);
  });

  test('is absent when no line has one', () => {
    const { timeline, window, seconds } = reportOn('srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 5\n');
    expect({ timeline, window, seconds }).toEqual({
      timeline: undefined,
      window: undefined,
      seconds: 0,
    });
  });
});
