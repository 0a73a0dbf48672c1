import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { openCollector } from '../../tests/support/loopback-collector.ts';
import {
  natflow,
  natflowReading,
  PATIENCE_MS,
  startNatflow,
} from '../../tests/support/run-natflow.ts';

jest.setTimeout(2 * PATIENCE_MS);

/** So many that another thread sends half of the file; what standard input has this thread sends. */
const FLOWS = 120_000;
const MOST_MIB = 160;

const folder = openFolder();
const stored = gzipSync([...synthesize({ flows: FLOWS, seed: 1 })].join(''), { level: 0 });
const path = folder.write('large.log.gz', stored);

/** The summary without its duration. */
function summaryOf(stdout: string) {
  const { seconds, ...summary } = JSON.parse(stdout);
  return summary;
}

test.each([
  ['as it is', stored],
  ['that is cut off', stored.subarray(0, stored.length - stored.length / 3)],
  ['with a wrong checksum', Buffer.concat([stored.subarray(0, -8), Buffer.alloc(8)])],
  ['with a malformed line', gzipSync(`no flow log\n${' '.repeat(9_000_000)}`, { level: 0 })],
])(
  'a large file %s: summary, messages and exit code are those of standard input',
  async (name, bytes) => {
    const file = folder.write(`${name}.log.gz`, bytes);
    const { target } = await openCollector();
    const args = ['replay', '-n', target, '--rate', 'max', '--json'];
    const one = await natflowReading(readFileSync(file), ...args, '-');
    const two = await natflow(...args, file);
    expect(summaryOf(two.stdout)).toEqual(summaryOf(one.stdout));
    expect(two.stderr).toBe(one.stderr.replaceAll('standard input', file));
    expect(two.code).toBe(one.code);
  },
);

test('a collector that refuses is reported, and memory stays small', async () => {
  const target = `127.0.0.1:${await freePort()}`;
  const args = ['replay', '-n', target, '--rate', 'max', '--json'];
  const { code, stdout, stderr, peakMib } = await natflow(...args, path);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ flows: FLOWS, records: FLOWS });
  expect(stderr).toMatch(/: [\d,]+ of 4,000 datagrams failed: connection refused/);
  expect(peakMib).toBeLessThan(MOST_MIB);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with the summary of what was sent, exit code %d', async (signal, exit) => {
  const collector = await openCollector();
  const files = Array.from({ length: 20 }, () => path);
  const args = ['replay', '-n', collector.target, '--rate', 'max', '--json', ...files];
  const { child, ended } = startNatflow(...args);
  await collector.received(1);
  child.kill(signal);
  const { code, stdout } = await ended;
  const { flows, records } = JSON.parse(stdout);
  expect(code).toBe(exit);
  expect(records).toBe(flows);
  expect(records).toBeGreaterThan(0);
  expect(records).toBeLessThan(20 * FLOWS);
});
