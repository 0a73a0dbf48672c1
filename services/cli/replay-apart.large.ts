import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { openCollector } from '../../tests/support/loopback-collector.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

/** So few that a socket has room for all their datagrams. */
const FLOWS = 1_500;
/** As plain text it is large enough for another thread to send it, and as gzip it is not. */
const LINES = `${'\n'.repeat(9_000_000)}${[...synthesize({ flows: FLOWS, seed: 1 })].join('')}`;
/** Where a header has the time at which it was written, by its version. */
const TIMES: Record<number, readonly [from: number, to: number]> = {
  5: [4, 16],
  9: [4, 12],
  10: [4, 8],
};

const folder = openFolder();
const large = folder.write('flows.log', LINES);
const small = folder.write('flows.log.gz', gzipSync(LINES));

async function replayed(file: string, ...options: string[]) {
  const collector = await openCollector();
  const args = ['replay', '-n', collector.target, '--rate', 'max', '--domain', '7', '--json'];
  const { code, stdout, stderr } = await natflow(...args, ...options, file);
  const { seconds, ...summary } = JSON.parse(stdout);
  const datagrams = await collector.received(summary.datagrams);
  await collector.close();
  return { code, stderr, summary, datagrams: datagrams.map(withoutTime) };
}

function withoutTime(datagram: Uint8Array): string {
  const copy = Buffer.from(datagram);
  return copy.fill(0, ...(TIMES[copy.readUInt16BE()] ?? [])).toString('hex');
}

test.each([
  ['v5', ['-v', '5']],
  ['v9', ['-v', '9']],
  ['IPFIX with options data', ['-v', 'ipfix', '--options']],
  ['one leg', ['--legs', 'private']],
])('%s: another thread sends the same datagrams', async (_, options) => {
  const here = await replayed(small, ...options);
  expect(here.datagrams.length).toBeGreaterThan(20);
  expect(await replayed(large, ...options)).toEqual(here);
});
