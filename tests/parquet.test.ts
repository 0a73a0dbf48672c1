import { randomBytes } from 'node:crypto';
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

/** A file of which any part can be read; `reads` are the parts that were. */
function inParts(bytes: Uint8Array, reads: [number, number][] = []) {
  return {
    [Symbol.asyncIterator]: () => pieces(bytes, 100),
    size: bytes.length,
    readRange: async (from: number, to: number) => {
      reads.push([from, to]);
      return Uint8Array.from(bytes.subarray(from, to));
    },
  };
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
    const bytes = readFileSync(new URL(file, FOLDER));
    expect(await read(readFlowLog(inParts(bytes)))).toEqual(text);
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
          expect(await read(readFlowLog(inParts(file)))).toEqual(expected);
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
  await expect(read(readFlowLog(inParts(file)))).rejects.toThrow(sentence);
});

async function readsOf(file: Uint8Array): Promise<[number, number][]> {
  const reads: [number, number][] = [];
  for await (const bytes of readFlowLog(inParts(file, reads)).read({})) {
    expect(bytes).toBeGreaterThan(0);
  }
  // The first one is of the metadata.
  return reads.slice(1).toSorted(([a], [b]) => a - b);
}

test('a row group of some megabytes is read at once', async () => {
  const lines = Array(250).fill('10.0.0.1 10.0.0.2');
  const file = parquetOf(['srcaddr', 'dstaddr'], lines, { rowGroupSize: 100 });
  expect(await readsOf(file)).toHaveLength(3);
});

test('of a larger row group, half a megabyte of each column is read at once, every byte once', async () => {
  const long = () => randomBytes(6000).toString('hex');
  const lines = Array.from({ length: 400 }, () => `10.0.0.1 10.0.0.2 ${long()}`);
  const file = parquetOf(['srcaddr', 'dstaddr', 'vpc-id'], lines, {
    pageSize: 1e5,
    codec: 'UNCOMPRESSED',
  });
  expect(file.length).toBeGreaterThan(2 ** 22);
  const reads = await readsOf(file);
  expect(Math.max(...reads.map(([from, to]) => to - from))).toBeLessThanOrEqual(2 ** 19);
  expect(reads.every(([from], index) => from >= (reads[index - 1]?.[1] ?? 4))).toBe(true);
});

test('an error of reading a part is not called damage', async () => {
  const file = readFileSync(new URL('vpc.pyarrow-gzip.parquet', FOLDER));
  const input = inParts(file);
  const readRange = async (from: number, to: number) => {
    if (to < file.length) throw new Error('no connection');
    return input.readRange(from, to);
  };
  await expect(read(readFlowLog({ ...input, readRange }))).rejects.toThrow(/^no connection$/);
});

test('a value of several words, or of none, stands in its line as one', async () => {
  const columnData = [
    { name: 'srcaddr', type: 'STRING' as const, data: ['10.0.0.1', '10.0.0.1', '10.0.0.1 x'] },
    { name: 'dstaddr', type: 'STRING' as const, data: ['10.0.0.2', '', '10.0.0.2'] },
    { name: 'action', type: 'STRING' as const, data: ['AC CEPT', 'ACCEPT', ' '] },
    { name: 'vpc_id', type: 'STRING' as const, data: ['a\nb', '', 'c'] },
  ];
  const file = new Uint8Array(parquetWriteBuffer({ columnData }));
  const lines: string[] = [];
  const source = readFlowLog(inParts(file)).read({
    onFlow: (_, { line }) => lines.push(`flow ${line.text}`),
    onOther: (outcome, { line }) => lines.push(`${outcome} ${line.text}`),
  });
  for await (const _ of source) expect(lines).toHaveLength(3);
  expect(lines).toEqual([
    'flow 10.0.0.1 10.0.0.2 AC_CEPT a_b',
    'nonflow 10.0.0.1 - ACCEPT -',
    'malformed 10.0.0.1_x 10.0.0.2 _ c',
  ]);
});

function otherColumns(): Buffer {
  const columnData = [{ name: 'price', data: [1, 2] }];
  return Buffer.from(parquetWriteBuffer({ columnData }));
}
