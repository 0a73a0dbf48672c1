import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { delivery, recordedLines, wrapped } from '../support/deliveries.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const MIB = 2 ** 20;
/** The limit in MiB, out of the function's 1,024. The program alone takes 60. */
const MOST_MIB = 220;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PEAK = here('../bench/peak.js');
const DECODE = `
  import { readFileSync } from 'node:fs';
  import { RecordDecoder } from ${JSON.stringify(here('../../services/forwarder/records.ts'))};
  import { peakKb } from ${JSON.stringify(PEAK)};
  const began = process.cpuUsage();
  const { text, undecodable } = new RecordDecoder().decode(JSON.parse(readFileSync(0, 'utf8')));
  const { user, system } = process.cpuUsage(began);
  const [seconds, peakMib] = [(user + system) / 1e6, peakKb() / 1024];
  console.log(JSON.stringify({ text: text.toString(), undecodable: [...undecodable], seconds, peakMib }));`;

/** Decodes a delivery in a separate process, to measure its peak memory until then: printing the text takes more. */
function decode(...contents: (string | Buffer)[]) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', PEAK, '--input-type=module', '-e', DECODE],
    {
      input: JSON.stringify(delivery(...contents).records),
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 256 * MIB,
    },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const fill = (unit: string, mib: number) => unit.repeat((mib * MIB) / unit.length);
const zip = (text: string | Buffer) => gzipSync(text, { level: 9 });
/** The payload of a CloudWatch Logs subscription, repeated. */
const payloads = (text: string, times: number) =>
  JSON.stringify({ awslogs: { data: zip(text).toString('base64') } }).repeat(times);
const [LINE = ''] = recordedLines(1);
const LINES = zip(fill(`${LINE}\n`, 200));
const control = JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [fill('a', 20)] });

test.each<[string, () => string | Buffer]>([
  ['gzip that inflates to 200 MiB', () => LINES],
  ['gzip in gzip that does', () => zip(LINES)],
  ['20 payloads of 30 MiB of lines', () => payloads(fill(`${LINE}\n`, 30), 20)],
  ['20 payloads of 20 MiB without lines', () => payloads(control, 20)],
  ['events that are millions of objects', () => zip(`{"logEvents":[${fill('{},', 30)}{}]}`)],
  ['members of millions of names', () => zip(`{"message":"a",${fill('"b":0,', 30)}"c":1}`)],
  ['objects within objects', () => zip(fill('{"a":', 30))],
  ['millions of messages', () => zip(fill('{"message":"a"}', 30))],
])('a record with %s fails, and those around it are read', (_, bomb) => {
  const decoded = decode(wrapped(LINE), bomb(), wrapped(LINE));
  expect(decoded).toMatchObject({ text: `${LINE}\n${LINE}\n`, undecodable: [1] });
  expect(decoded.seconds).toBeLessThan(2);
  expect(decoded.peakMib).toBeLessThan(MOST_MIB);
});

test('a delivery of many large records is decoded up to the memory limit', () => {
  const large = zip(fill(`${LINE}\n`, 12));
  const { text, undecodable, peakMib } = decode(wrapped(LINE), large, large, large, wrapped(LINE));
  expect(text.length).toBeGreaterThan(24 * MIB - 1000);
  expect(undecodable).toEqual([3]);
  expect(peakMib).toBeLessThan(MOST_MIB);
});
