import { expect, test } from '@jest/globals';
import { chartLines } from './chart.ts';
import type { Line } from './paint.ts';

const text = (lines: readonly Line[]) =>
  lines.map((line) =>
    line
      .map(([part]) => part)
      .join('')
      .trimEnd(),
  );

test('a chart fills up from the left, and its threshold stays in sight', () => {
  const size = { columns: 60, rows: 2, minutes: 6 };
  expect(text(chartLines([10, 40, 20], 10, { ...size, columns: 24 }))).toEqual([
    ' █',
    '▄██╌╌╌ 10 B/min',
  ]);
  expect(text(chartLines([10, 40, 20], 30, size))).toEqual([
    '╌╌╌╌████╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 30 B/min',
    '▄▄▄▄████████',
  ]);
});

test('of more minutes than there is room for, the last are shown', () => {
  const lines = chartLines([1, 2, 3, 4], 9, { columns: 20, rows: 1, minutes: 40 });
  expect(text(lines)).toEqual(['▃▄ 9 B/min']);
});

test('what is above the threshold is red', () => {
  const [line = []] = chartLines([1, 2], 1, { columns: 20, rows: 1, minutes: 2 });
  expect(line.map(([, style]) => style).slice(0, 2)).toEqual(['green', 'red']);
});
