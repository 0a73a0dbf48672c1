import { describe, expect, test } from '@jest/globals';
import { describeLine } from '../shared/flowlog/describe.ts';
import { RECORDING_FORMAT } from '../shared/flowlog/format.ts';
import { type FlowSource, noLines, type SourceReader } from '../shared/flowlog/source.ts';
import { synthesize } from '../shared/flowlog/synth.ts';
import { textSource } from '../shared/flowlog/text-source.ts';
import { optionsDataOf } from '../shared/netflow/options.ts';
import type { Version } from '../shared/netflow/protocol.ts';
import { pricesOf } from '../shared/prices/prices.ts';
import { addText } from '../shared/report/measure/add-text.ts';
import { Aggregate } from '../shared/report/measure/aggregate.ts';
import { buildReport } from '../shared/report/model/build.ts';
import { columnSource, columnsOf } from './support/column-source.ts';
import { exportInto } from './support/export-into.ts';
import { read } from './support/loopback-collector.ts';

const REGIONAL = RECORDING_FORMAT.map((name) =>
  name === 'resource-id' ? 'nat-0a11bb22cc33dd44e' : '-',
).join(' ');
const [, ...LINES] = `${[...synthesize({ flows: 2000, seed: 7 })].join('')}${REGIONAL}`.split('\n');
const COLUMNS = columnsOf(RECORDING_FORMAT, LINES);
const ROWS_PER_STEP = 500;

async function* text() {
  yield Buffer.from(`${RECORDING_FORMAT.join(' ')}\n${LINES.join('\n')}`);
}

/** The same lines as text and as columns. */
const SOURCES: readonly (() => FlowSource)[] = [
  () => textSource(text()),
  () => columnSource(COLUMNS, ROWS_PER_STEP),
];

/** The results for the lines as text, and for the same lines as columns. */
async function both<T>(make: (source: FlowSource) => Promise<T>): Promise<[T, T]> {
  const [ofText, ofColumns] = await Promise.all(SOURCES.map((open) => make(open())));
  return [ofText as T, ofColumns as T];
}

test('columns have the same report as their lines', async () => {
  const [ofText, ofColumns] = await both(async (source) => {
    const aggregate = new Aggregate();
    await addText(aggregate, source);
    const { region, gateways, records, legs } = aggregate;
    aggregate.textBytes = 0;
    const report = buildReport(aggregate, {
      version: '0.0.0',
      now: 0,
      region: { name: 'us-east-1', isAssumed: false },
      prices: pricesOf('us-east-1'),
      top: 50,
    });
    return { region, gateways, records, legs, report };
  });
  expect(ofText.report.services.rows.map(({ service }) => service)).toContain('S3');
  expect(ofText.legs).toBe('private');
  expect(ofColumns).toEqual(ofText);
});

describe.each<Version>([5, 9, 10])('version %d', (version) => {
  test('columns have the same export packets as their lines', async () => {
    const [ofText, ofColumns] = await both(async (source) => {
      const sent: Uint8Array[] = [];
      const options = version === 5 ? undefined : optionsDataOf(() => Uint8Array.of(10, 0, 0, 1));
      const run = exportInto(sent, { version, options, legs: 'private', namesInterfaces: true });
      await run.read('lines', source);
      const { seconds, encoded, exported, ...summary } = run.summary;
      const { datagrams, ...sums } = encoded;
      return { summary: { ...summary, ...sums }, ...read(sent) };
    });
    expect(ofText.summary).toMatchObject({ lines: LINES.length, flows: 2000, malformed: 0 });
    expect(ofText.flows.length).toBe(ofText.summary.records);
    expect(ofColumns).toEqual(ofText);
  });
});

test('flows are sent between two steps, before the next rows are read', async () => {
  const events: string[] = [];
  const run = exportInto([], {
    version: 5,
    send: async (packets) => {
      await new Promise((later) => setImmediate(later));
      events.push(`sent with ${run.summary.encoded.records} records`);
      if (events.length === 2) run.stop();
      return { taken: packets.map(() => 1), isLate: false };
    },
  });
  await run.read('rows', columnSource(COLUMNS, ROWS_PER_STEP));
  expect(new Set(events.slice(0, 2)).size).toBe(2);
  expect(run.summary.lines).toBe(2 * ROWS_PER_STEP);
});

test('every row has the same description as its line', async () => {
  const [ofText, ofColumns] = await both(async (source) => {
    const counts = noLines();
    const described: unknown[] = [];
    const describe: SourceReader['onOther'] = (outcome, { line }) =>
      described.push([outcome, describeLine(line.text, line.format)]);
    const onFlow: SourceReader['onFlow'] = (_, current) =>
      described.push([
        'flow',
        current.interfaceName,
        describeLine(current.line.text, current.line.format),
      ]);
    for await (const _ of source.read({ counts, onFlow, onOther: describe })) {
      // The callbacks keep every line.
    }
    return { counts, described };
  });
  expect(ofText.described).toHaveLength(LINES.length);
  expect(ofColumns).toEqual(ofText);
});
