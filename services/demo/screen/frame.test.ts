import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import type { FlowLine } from '../../../shared/collector/flow-line.ts';
import { GIB } from '../../../shared/text/units.ts';
import { planStory } from '../plan.ts';
import { SCENARIOS } from '../scenarios.ts';
import { chartLines, Frame } from './frame.ts';

const [scenario] = SCENARIOS;

async function newFrame({ endsNow = false } = {}): Promise<Frame> {
  if (scenario === undefined) throw new Error('no scenario');
  return new Frame(
    await planStory({
      ...{ scenario, files: [], seed: 1, connections: 10, version: 5, numOfRecordings: 10 },
      ...{ collectors: '127.0.0.1:2055', endsNow },
    }),
  );
}

test('a frame shows the gateway, its alarm and its recording, and keeps its height', async () => {
  const frame = await newFrame();
  const at = Date.UTC(2026, 10, 22, 10, 14);
  const gatewayId = scenario?.gateways[0]?.id ?? '';
  const height = frame.lines(100, 40).length;
  frame.update({ at, kind: 'metered', gatewayId, bytes: 3 * GIB, state: 'ALARM', changed: true });
  const flowLog = { flowLogId: 'fl-0', interval: 60, trafficType: 'ALL', fields: 27 };
  frame.update({ at: at + 30_000, kind: 'created', gatewayId, ...flowLog });
  const lines = frame.lines(100, 40).map(stripVTControlCharacters);
  expect(lines).toHaveLength(height);
  expect(lines.join('\n')).toMatch(
    /prod-egress-a .* 3\.00 GiB\/min {2}ALARM {2}● recording since 10:14:30/,
  );
  expect(lines.join('\n')).toContain('10:14:30  controller  created flow log fl-0');
});

test('a frame is cut to the size of the terminal', async () => {
  const lines = (await newFrame()).lines(30, 7).map(stripVTControlCharacters);
  expect(lines).toHaveLength(7);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(30);
});

test('a low terminal shows the newest line', async () => {
  const frame = await newFrame();
  const at = Date.UTC(2026, 10, 22, 10, 38);
  for (let n = 1; n <= 9; n++) frame.update({ at, kind: 'trouble', message: `number ${n}` });
  for (const rows of [23, 15, 14]) {
    const lines = frame.lines(80, rows).map(stripVTControlCharacters);
    expect(lines).toHaveLength(rows);
    expect(lines.at(-1)).toContain('number 9');
  }
});

const text = (lines: ReturnType<typeof chartLines>) =>
  lines.map((line) =>
    line
      .map(([part]) => part)
      .join('')
      .trimEnd(),
  );

test('a chart fills from the left and always shows its threshold', () => {
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

test('a chart with more minutes than fit shows the last ones', () => {
  const lines = chartLines([1, 2, 3, 4], 9, { columns: 20, rows: 1, minutes: 40 });
  expect(text(lines)).toEqual(['▃▄ 9 B/min']);
});

test('a minute above the threshold is red', () => {
  const [line = []] = chartLines([1, 2], 1, { columns: 20, rows: 1, minutes: 2 });
  expect(line.map(([, style]) => style).slice(0, 2)).toEqual(['green', 'red']);
});

test('before the first event, a frame says that the functions start and when flows come', async () => {
  const shown = (await newFrame()).lines(60, 40).map(stripVTControlCharacters).join('\n');
  expect(shown).toContain('the functions start; the first minute follows');
  expect(shown).toContain('no flows yet: they come after the alarm');
});

test.each([60, 80, 120])('at %i columns, the state of the recording is shown', async (columns) => {
  const frame = await newFrame();
  const at = Date.UTC(2026, 10, 22, 10, 14);
  const gatewayId = scenario?.gateways[0]?.id ?? '';
  frame.update({ at, kind: 'metered', gatewayId, bytes: 3 * GIB, state: 'ALARM', changed: true });
  const flowLog = { flowLogId: 'fl-0', interval: 60, trafficType: 'ALL', fields: 27 };
  frame.update({ at: at + 30_000, kind: 'created', gatewayId, ...flowLog });
  const lines = frame.lines(columns, 40).map(stripVTControlCharacters);
  expect(lines.join('\n')).toContain('ALARM  ● recording since 10:14:30');
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThan(columns);
});

test.each([60, 80, 120])(
  'at %i columns, bytes are whole, and what is cut says so',
  async (columns) => {
    const frame = await newFrame();
    const ends = { src_addr: '2001:db8::1234', dst_addr: '2001:db8:1111:2222:3333:4444:5555:6666' };
    frame.update({ at: 0, kind: 'flows', flows: [{ ...flow('', String(GIB)), ...ends }] });
    frame.update({ at: 0, kind: 'trouble', message: 'word '.repeat(30) });
    const lines = frame.lines(columns, 40).map(stripVTControlCharacters);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThan(columns);
    expect(lines.join('\n')).toMatch(/^ {4}1\.00 GiB {2}TCP {2}2001:db8::1234:1 -> 2001/m);
    expect(lines.join('\n')).toMatch(/ word.*…$/m);
  },
);

function flow(source: string, bytes: string): FlowLine {
  const ports = { src_port: 1, dst_port: 2 };
  return { ...ports, src_addr: source, dst_addr: '198.51.100.7', proto: 'TCP', bytes } as FlowLine;
}

test('a frame names the clients with the most bytes', async () => {
  const frame = await newFrame();
  const flows = [flow('10.20.3.41', String(2 * GIB)), flow('10.9.9.9', String(GIB))];
  frame.update({ at: 0, kind: 'flows', flows });
  const lines = frame.lines(80, 40).map(stripVTControlCharacters);
  expect(lines.find((line) => line.startsWith('who'))).toBe(
    'who        etl-worker-7 2.00 GiB   10.9.9.9 1.00 GiB',
  );
});

test('with collectors of the user, what they received is not counted', async () => {
  const shown = (await newFrame({ endsNow: true })).lines(60, 40).map(stripVTControlCharacters);
  expect(shown.join('\n')).toContain('archive 0 objects   collector: your own, not counted here');
  expect(shown.join('\n')).not.toContain('collector received');
});
