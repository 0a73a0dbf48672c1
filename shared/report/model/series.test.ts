import { expect, test } from '@jest/globals';
import { reportOn } from '../../../tests/reporter/story.ts';

const MIDNIGHT = Date.UTC(2026, 10, 22) / 1000;
const TEN_MINUTES = 600;

/** Flows of ten minutes of many clients in four subnets. */
function linesOf(clients: number, hours: number, bytesOf: (client: number) => number): string {
  const lines = Array.from({ length: clients * hours * 6 }, (_, index) => {
    const [client, flow] = [index % clients, Math.floor(index / clients)];
    const start = MIDNIGHT + flow * TEN_MINUTES;
    const address = `10.20.${client % 4}.${1 + Math.floor(client / 4)}`;
    return `${address} 203.0.113.5 ${start} ${start + TEN_MINUTES - 1} ${bytesOf(client)}`;
  });
  return ['srcaddr dstaddr start end bytes', ...lines].join('\n');
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

test('more minutes of sources than are kept apart are kept together, and none becomes one of the others', () => {
  const { timeline, sourceGroups, totals } = reportOn(
    linesOf(480, 4, (client) => 6000 + (client % 4)),
  );
  const { seriesMinutes = 0, series = [], total = [] } = timeline ?? {};
  expect(seriesMinutes).toBe(2);
  expect(sourceGroups.by).toBe('block');
  expect(sum(total)).toBe(totals.bytes);
  for (const [group, { label, bytes }] of sourceGroups.groups.entries()) {
    expect(series[group]?.label).toBe(label);
    expect(sum(series[group]?.bytes ?? [])).toBe(bytes);
  }
  expect(series).toHaveLength(4);
});

test('few minutes of very many sources are not put together', () => {
  const { timeline } = reportOn(linesOf(1000, 1, () => 6000));
  expect(timeline?.seriesMinutes).toBe(1);
});
