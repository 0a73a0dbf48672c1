import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { openCollector, read } from '../../tests/support/loopback-collector.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { natflowReading, PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const FLOW =
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
const FLOWS = 5_000;
const GZIP = gzipSync([...synthesize({ flows: FLOWS, seed: 1 })].join(''));
/** A label of 64 letters is one too long, so the name is invalid without a query to a name server. */
const NOWHERE = `${'x'.repeat(64)}.invalid`;

const folder = openFolder();

function flipped(at: number): Buffer {
  const copy = Buffer.from(GZIP);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}

const sentences = (stderr: string) => stderr.trimEnd().split('\n');
const dryRun = (...args: string[]) => natflowHere('replay', '--dry-run', '--json', ...args);

test('a collector that refuses does not affect the others, and is reported in one sentence', async () => {
  const collector = await openCollector();
  const refusing = `127.0.0.1:${await freePort()}`;
  const targets = `${refusing},${collector.target}`;
  const path = folder.write('whole.log.gz', GZIP);
  const { code, stdout, stderr } = await natflowHere(
    'replay',
    '-n',
    targets,
    '--rate',
    '50000',
    '--json',
    path,
  );
  expect(code).toBe(1);
  expect(sentences(stderr)).toEqual([
    expect.stringMatching(
      /^natflow: 127\.0\.0\.1:\d+: \d+ of \d+ datagrams failed: connection refused/,
    ),
  ]);
  expect(stderr).toContain(refusing);
  const { flows, troubles } = read(await collector.received(JSON.parse(stdout).datagrams));
  expect(flows).toHaveLength(FLOWS);
  expect(troubles).toEqual([]);
});

test('a refusal of a single datagram is reported', async () => {
  const target = `127.0.0.1:${await freePort()}`;
  const { code, stderr } = await natflowHere(
    'replay',
    '-n',
    target,
    '--json',
    folder.write('one.log', FLOW),
  );
  expect(code).toBe(1);
  expect(sentences(stderr)).toEqual([
    `natflow: ${target}: 1 of 1 datagram failed: connection refused: nothing listens there`,
  ]);
});

test('an unknown host is reported in one sentence', async () => {
  const { code, stdout, stderr } = await natflowHere(
    'replay',
    '-n',
    NOWHERE,
    folder.write('host.log', FLOW),
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(`natflow: cannot send to ${NOWHERE}:2055: unknown host\n`);
});

test('an unknown host is reported in one sentence, and the others get all flows', async () => {
  const collector = await openCollector();
  const targets = `${NOWHERE}:1,${collector.target}`;
  const { code, stderr } = await natflowHere(
    'replay',
    '-n',
    targets,
    '--json',
    folder.write('hosts.log', FLOW),
  );
  expect(code).toBe(1);
  expect(sentences(stderr)).toEqual([
    `natflow: ${NOWHERE}:1: 1 of 1 datagram failed: unknown host`,
  ]);
  expect(read(await collector.received(1)).flows).toHaveLength(1);
});

test('the first malformed line is described, all are counted, and the rest is sent', async () => {
  const path = folder.write('bad.log', `${FLOW}\n${FLOW.replace(' 840 ', ' many ')}\n${FLOW}\nx\n`);
  const { code, stdout, stderr } = await dryRun(path);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ lines: 4, flows: 2, malformed: 2, records: 2 });
  expect(sentences(stderr)).toEqual([
    expect.stringMatching(/^natflow: line 2 of .*bad\.log is malformed: .*bytes is "many"/),
  ]);
});

test('--strict makes a malformed line a failure', async () => {
  const { code, stdout } = await dryRun('--strict', folder.write('strict.log', `${FLOW}\nx\n`));
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ flows: 1, malformed: 1 });
});

test('a malformed line of any length and content is described in a short line of text', async () => {
  const line = `\u009b31m\u001b[2J${'\u202e\u0085x'.repeat(10_000)}`;
  const { code, stderr } = await natflowReading(line, 'replay', '--dry-run', '--json', '-');
  expect(code).toBe(3);
  expect(stderr).toMatch(/^natflow: line 1 of standard input is malformed: /);
  expect(stderr.length).toBeLessThan(400);
  expect(stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
});

test('truncated gzip is named, and its lines count', async () => {
  const cut = GZIP.subarray(0, GZIP.length / 2);
  const there = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
  const path = folder.write('cut.log.gz', cut);
  const { code, stdout, stderr } = await dryRun(path);
  expect(code).toBe(1);
  expect(sentences(stderr).at(-1)).toBe(`natflow: ${path}: damaged gzip (unexpected end of file)`);
  expect(JSON.parse(stdout).flows).toBe(there.match(/ OK .*\n/g)?.length);
});

test('gzip with a flipped byte is named, and the lines before it count', async () => {
  const path = folder.write('flipped.log.gz', flipped(Math.floor(GZIP.length / 2)));
  const { code, stdout, stderr } = await dryRun(path);
  expect(code).toBe(1);
  expect(sentences(stderr).at(-1)).toMatch(/^natflow: .*flipped\.log\.gz: damaged gzip \(.*\)$/);
  expect(JSON.parse(stdout).flows).toBeGreaterThan(FLOWS / 5);
});

test('gzip with a wrong checksum is named, and all its flows count', async () => {
  const path = folder.write('crc.log.gz', flipped(GZIP.length - 7));
  const { code, stdout, stderr } = await dryRun(path);
  expect(code).toBe(1);
  expect(sentences(stderr)).toEqual([`natflow: ${path}: damaged gzip (incorrect data check)`]);
  expect(JSON.parse(stdout)).toMatchObject({ flows: FLOWS, records: FLOWS, malformed: 0 });
});

test('gzip of several members is one file', async () => {
  const path = folder.write('members.log.gz', Buffer.concat([GZIP, GZIP, gzipSync(FLOW)]));
  const { code, stdout } = await dryRun(path);
  expect(code).toBe(3);
  // The line of the last member has another format than the header before it.
  expect(JSON.parse(stdout)).toMatchObject({ flows: 2 * FLOWS, malformed: 1 });
});
