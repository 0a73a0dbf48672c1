import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { FlowRecord } from '../shared/flow/record.ts';
import { describeLine } from '../shared/flowlog/describe.ts';
import { fieldKind } from '../shared/flowlog/fields.ts';
import { DEFAULT_FORMAT, type Format, parseFormat } from '../shared/flowlog/format.ts';
import { readFlowLog } from '../shared/flowlog/read.ts';
import { type FlowSource, noLines } from '../shared/flowlog/source.ts';
import { addText } from '../shared/report/measure/add-text.ts';
import { Aggregate } from '../shared/report/measure/aggregate.ts';
import { exportInto } from './support/export-into.ts';
import { read as readPackets } from './support/loopback-collector.ts';
import { parquetOf } from './support/parquet-of.ts';

const FOLDER = new URL('fixtures/parquet/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.parquet'));
const open = (name: string) => readFlowLog(createReadStream(new URL(name, FOLDER)));
const textOf = (file: string) => open(`${file.split('.')[0]}.log`);

async function* pieces(bytes: Uint8Array, size = bytes.length) {
  for (let at = 0; at < bytes.length; at += size) {
    yield Uint8Array.from(bytes.subarray(at, at + size));
  }
}

/** The values of a flow. Where a text has the interface's name is none of them, nor what an address does not use. */
function valuesOf(flow: FlowRecord): string {
  return JSON.stringify(flow, (key, value) => {
    if (key === 'interfaceAt') return undefined;
    if (value?.family === 0) return 'none';
    return value?.family === 4 ? value.w0 : value;
  });
}

/** What is read of each line: its outcome, its fields and its interface. */
async function read(source: FlowSource, format?: Format) {
  const counts = noLines();
  const lines: unknown[] = [];
  const steps = source.read({
    format,
    counts,
    onFlow: (flow, { line, interfaceName }) =>
      lines.push(['flow', valuesOf(flow), interfaceName, describeLine(line.text, line.format)]),
    onOther: (outcome, { line }) => lines.push([outcome, describeLine(line.text, line.format)]),
  });
  for await (const _ of steps) {
    // The callbacks keep every line.
  }
  return { counts, lines };
}

test('the fixtures are of several writers, codecs and page layouts', () => {
  expect(FILES.length).toBeGreaterThan(5);
  expect(FILES.filter((name) => name.includes('duckdb')).length).toBeGreaterThan(1);
});

describe.each(FILES)('%s', (file) => {
  test('reads as the text of the same records', async () => {
    const text = await read(textOf(file));
    expect(text.counts.flow).toBeGreaterThan(30);
    expect(text.counts.malformed).toBe(0);
    expect(await read(open(file))).toEqual(text);
  });

  test('is exported and added up as the text of the same records', async () => {
    const [ofText, ofRows] = await Promise.all(
      [textOf(file), open(file)].map(async (source) => {
        const sent: Uint8Array[] = [];
        const run = exportInto(sent, { version: 10, legs: 'all' });
        await run.read(file, source);
        return readPackets(sent).flows;
      }),
    );
    expect(ofText?.length).toBeGreaterThan(30);
    expect(ofRows).toEqual(ofText);
    const [sumsOfText, sumsOfRows] = await Promise.all(
      [textOf(file), open(file)].map(async (source) => {
        const aggregate = new Aggregate({ legs: 'all' });
        await addText(aggregate, source);
        const { region, gateways, records, flows, start, end } = aggregate;
        return { region, gateways, records, flows, start, end };
      }),
    );
    expect(sumsOfRows).toEqual(sumsOfText);
  });
});

const FORMATS: readonly Format[] = [
  DEFAULT_FORMAT,
  parseFormat('srcaddr dstaddr bytes log-status flow-direction interface-id resource-id'),
  parseFormat('vpc-id region srcport tgw-attachment-id srcaddr pkt-srcaddr dstaddr'),
];
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  address: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('-')),
  seconds: fc.oneof(fc.constantFrom('-', '1700000000', '4294967296'), fc.nat().map(String)),
  integer: fc.oneof(
    fc.constantFrom('-', '0', '65535', '65536', '2147483647'),
    fc.nat({ max: 300 }).map(String),
  ),
  text: fc.constantFrom('-', 'OK', 'NODATA', 'SKIPDATA', 'eni-0a', 'ingress', 'ACCEPT', 'x'),
};
const rowsIn = (format: Format) =>
  fc.array(fc.tuple(...format.map((name) => VALUES[fieldKind(name)] ?? fc.constant('-'))), {
    minLength: 1,
    maxLength: 40,
  });

test.each(FORMATS.map((format) => [format.join(' '), format] as const))(
  'any rows of %s read as their lines, of any page and row group size',
  async (_, format) => {
    const layout = {
      rowGroupSize: fc.integer({ min: 1, max: 50 }),
      pageSize: fc.constantFrom(16, 1e6),
    };
    await fc.assert(
      fc.asyncProperty(
        rowsIn(format),
        fc.record(layout),
        fc.nat({ max: 99 }),
        async (rows, sizes, size) => {
          const lines = rows.map((row) => row.join(' '));
          const file = parquetOf(format, lines, sizes);
          const text = Buffer.from(`${lines.join('\n')}\n`);
          const expected = await read(readFlowLog(pieces(text)), format);
          expect(await read(readFlowLog(pieces(file, size + 5)))).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  },
);

test.each([
  ['is cut', (file: Buffer) => file.subarray(0, -20), /^damaged Parquet \(/],
  ['has other columns', () => otherColumns(), /^a Parquet file without fields of flow logs$/],
  ['has damage in a page', (file: Buffer) => file.fill(0xff, 40, 400), /^damaged Parquet \(/],
])('a file that %s is an error of one sentence', async (_, damage, sentence) => {
  const file = damage(readFileSync(new URL('vpc.pyarrow-gzip.parquet', FOLDER)));
  await expect(read(readFlowLog(pieces(file)))).rejects.toThrow(sentence);
});

function otherColumns(): Buffer {
  const columnData = [{ name: 'price', data: [1, 2] }];
  return Buffer.from(parquetWriteBuffer({ columnData }));
}
