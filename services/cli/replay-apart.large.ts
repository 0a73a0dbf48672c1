import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import type { Sent } from '../../shared/export/transport.ts';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { replayApart } from './replay-apart.ts';
import { type ReplayRun, type RunSettings, replayHere, type Sender } from './replay-run.ts';
import { openAll } from './s3-input.ts';

jest.setTimeout(PATIENCE_MS);

/** More datagrams than wait at most for the thread that sends. */
const FLOWS = 40_000;
const LINES = [...synthesize({ flows: FLOWS, seed: 1 })].join('');
const GZIP = gzipSync(LINES, { level: 1 });
const IPV6 =
  '2 123456789012 eni-1 2001:db8::1 2001:db8::2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
/** Where a header has the time at which it was written, by its version. */
const TIMES: Record<number, readonly [from: number, to: number]> = {
  5: [4, 16],
  9: [4, 12],
  10: [4, 8],
};

const folder = openFolder();
folder.write('flows.log.gz', GZIP);
folder.write('plain.log', `${IPV6}\nno flow log\n${IPV6.replace('OK', 'NODATA')}\n`);
folder.write('cut.log.gz', GZIP.subarray(0, GZIP.length / 2));
folder.write('empty.log', '');
const damaged = Buffer.from(GZIP);
damaged.fill(0xff, GZIP.length >> 1, (GZIP.length >> 1) + 100);
folder.write('damaged.log.gz', damaged);

/** A sender that keeps what it is given. Its first packets take a moment, as do those of a slow network. */
function recorder(onSend: (records: number) => void = () => {}) {
  const datagrams: Buffer[] = [];
  const sender: Sender = {
    localAddress: Uint8Array.of(127, 0, 0, 1),
    async send(packets): Promise<Sent> {
      for (const { bytes } of packets) datagrams.push(withoutTime(bytes));
      onSend(packets.reduce((sum, { records }) => sum + records, 0));
      await new Promise((resolve) => setTimeout(resolve, datagrams.length < 2_000 ? 1 : 0));
      return { taken: [], isLate: false };
    },
  };
  return { datagrams, sender };
}

function withoutTime(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  return copy.fill(0, ...(TIMES[copy.readUInt16BE()] ?? []));
}

async function outcomeOf(run: ReplayRun, files: readonly string[]) {
  const inputs = await openAll(files, {});
  const failures = await run.send(inputs, new AbortController().signal);
  const { summary, ...others } = run.outcome ?? {};
  return {
    failures: failures.map(({ message }) => message),
    summary: { ...summary, seconds: 0, exported: undefined },
    ...others,
  };
}

const settings: RunSettings = { netflow: 5, domain: 7 };

test.each<[string, string[], RunSettings]>([
  ['v5', ['flows.log.gz', 'plain.log'], settings],
  ['v9', ['plain.log', 'flows.log.gz', 'empty.log'], { ...settings, netflow: 9 }],
  ['IPFIX with options data', ['flows.log.gz'], { ...settings, netflow: 10, options: true }],
  ['one leg', ['flows.log.gz'], { ...settings, legs: 'private' }],
  ['one interface', ['flows.log.gz'], { ...settings, nat: 'eni-1' }],
  ['a file that is cut off, and another one', ['cut.log.gz', 'plain.log'], settings],
  ['a damaged file, and another one', ['damaged.log.gz', 'plain.log'], settings],
])('%s: the same datagrams, summary and failures as of one thread', async (_, names, options) => {
  const files = names.map((name) => `${folder.path}/${name}`);
  const here = recorder();
  const apart = recorder();
  const expected = await outcomeOf(await replayHere(options, here.sender, () => {}), files);
  expect(await outcomeOf(replayApart(files, options, apart.sender), files)).toEqual(expected);
  expect(apart.datagrams.length).toBe(here.datagrams.length);
  expect(Buffer.concat(apart.datagrams).equals(Buffer.concat(here.datagrams))).toBe(true);
});

test('an interrupt ends it with the summary of what was sent', async () => {
  const files = [`${folder.path}/flows.log.gz`, `${folder.path}/flows.log.gz`];
  const interrupted = new AbortController();
  let sent = 0;
  const { sender } = recorder((records) => {
    sent += records;
    interrupted.abort();
  });
  const run = replayApart(files, settings, sender);
  const failures = await run.send(await openAll(files, {}), interrupted.signal);
  expect(failures).toEqual([]);
  expect(sent).toBeLessThan(2 * FLOWS);
  expect(run.records).toBe(sent);
  expect(run.outcome?.summary).toMatchObject({ flows: sent, encoded: { records: sent } });
});

test('what fails in the thread that reads fails the replay, without an outcome', async () => {
  const run = replayApart([`${folder.path}/none.log`], settings, recorder().sender);
  await expect(run.send([], new AbortController().signal)).rejects.toThrow(
    /none\.log: no such file/,
  );
  expect(run.outcome).toBeUndefined();
});

test('what fails in the thread that sends fails the replay, and ends the other', async () => {
  const files = [`${folder.path}/flows.log.gz`];
  const fail = () => Promise.reject(new Error('no transport'));
  const run = replayApart(files, settings, { localAddress: undefined, send: fail });
  await expect(run.send(await openAll(files, {}), new AbortController().signal)).rejects.toThrow(
    'no transport',
  );
});
