import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type ReadFault, startS3 } from '../../tests/support/s3.ts';
import { hasParts } from '../flowlog/file-parts.ts';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { openObjects } from './objects.ts';

/** Generous, because the machine may be busy. */
jest.setTimeout(30_000);

const NAME = { bucket: 'archive', key: 'flows/a' };
const URL = 's3://archive/flows/a';
const BODY = randomBytes(1_000_000);
const ATTEMPTS = 3;

const TIMEOUTS = { requestHandler: { ...CLIENT_TIMEOUTS.requestHandler, requestTimeout: 300 } };
const PATIENCE = { idleMs: 300, attempts: ATTEMPTS, pauseMs: 1 };

let s3: Awaited<ReturnType<typeof startS3>>;

beforeEach(async () => {
  s3 = await startS3();
  s3.put('archive/flows/a', BODY);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
afterEach(() => s3.stop());

/** Reads the object to its end, and works this long on each piece. */
async function read({ workMs = 0, signal }: { workMs?: number; signal?: AbortSignal } = {}) {
  const objects = await openObjects(TIMEOUTS, PATIENCE);
  const pieces: Uint8Array[] = [];
  for await (const piece of (await objects.read(NAME, signal)) ?? []) {
    pieces.push(Buffer.from(piece));
    if (workMs > 0) await sleep(workMs);
  }
  return Buffer.concat(pieces);
}

/** The first bytes of the requests: each continues where the one before ended. */
function offsets(): number[] {
  return s3.reads.map((range = 'bytes=0-') => Number(/^bytes=(\d+)-$/.exec(range)?.[1]));
}

test.each<[string, ReadFault[], number]>([
  ['is answered at once', [], 1],
  ['is not answered at first', [{ how: 'silent' }], 2],
  ['is refused for the rate at first', [{ how: 'error', status: 503, code: 'SlowDown' }], 2],
  ['falls silent before the first byte', [{ how: 'hang', after: 0 }], 2],
  ['falls silent in the middle', [{ how: 'hang', after: 400_000 }], 2],
  ['falls silent before its last byte', [{ how: 'hang', after: BODY.length - 1 }], 2],
  ['breaks off before the first byte', [{ how: 'reset', after: 0 }], 2],
  ['breaks off in the middle', [{ how: 'reset', after: 400_000 }], 2],
  ['ends early', [{ how: 'end', after: 400_000 }], 2],
  [
    'breaks off many times, with progress each time',
    [1, 2, 3, 4, 5].map(() => ({ how: 'end', after: 150_000 })),
    6,
  ],
  [
    'breaks off, and the rest is not answered at first',
    [{ how: 'end', after: 400_000 }, { how: 'silent' }],
    3,
  ],
])('an object that %s is read whole, no byte twice', async (_, faults, requests) => {
  s3.faults.push(...faults);
  expect((await read()).equals(BODY)).toBe(true);
  expect(offsets()).toHaveLength(requests);
  expect(offsets()).toEqual(offsets().toSorted((a, b) => a - b));
});

test('a connection that breaks after the last byte causes no further request', async () => {
  s3.faults.push({ how: 'end', after: BODY.length });
  expect((await read()).equals(BODY)).toBe(true);
  expect(s3.reads).toEqual([undefined]);
});

test.each<[string, ReadFault, string]>([
  ['falls silent', { how: 'hang', after: 0 }, 'no bytes for 0.3 seconds'],
  ['breaks off', { how: 'reset', after: 0 }, 'the connection broke'],
])('an object that %s again and again is given up in a sentence', async (_, fault, reason) => {
  s3.faults.push({ how: 'end', after: 400_000 }, ...Array(ATTEMPTS - 1).fill(fault));
  await expect(read()).rejects.toThrow(
    `${URL}: cannot be read beyond byte 400000, tried ${ATTEMPTS} times: ${reason}`,
  );
  expect(offsets()).toEqual([0, 400_000, 400_000]);
});

test('reading an object that S3 never returns ends with a sentence', async () => {
  s3.faults.push(...Array<ReadFault>(10).fill({ how: 'silent' }));
  await expect(read()).rejects.toThrow(
    `${URL}: AWS does not answer, check the network and try again`,
  );
  expect(s3.reads).toHaveLength(3);
});

test.each<[string, ReadFault, string]>([
  ['replaced', { how: 'replaced' }, 'the object was replaced while it was being read'],
  ['deleted', { how: 'deleted' }, 'the object was deleted while it was being read'],
  [
    'forbidden',
    { how: 'error', status: 403, code: 'AccessDenied' },
    'access denied: the caller lacks s3:GetObject, allow it in an IAM policy',
  ],
])('what was %s meanwhile is told, and not read on', async (_, fault, reason) => {
  s3.faults.push({ how: 'end', after: 400_000 }, fault);
  await expect(read()).rejects.toThrow(`${URL}: ${reason}`);
  expect(s3.reads).toHaveLength(2);
});

test('an object with a wrong checksum is an error', async () => {
  s3.faults.push({ how: 'checksum' });
  await expect(read()).rejects.toThrow(`${URL}: Checksum mismatch`);
  expect(s3.reads).toHaveLength(1);
});

test('a reader may work on a piece for longer than the timeout for bytes', async () => {
  s3.put('archive/flows/a', BODY.subarray(0, 100_000));
  const work = { workMs: PATIENCE.idleMs * 2 };
  expect((await read(work)).equals(BODY.subarray(0, 100_000))).toBe(true);
  expect(s3.reads).toHaveLength(1);
});

test('an abort ends the wait for bytes', async () => {
  s3.faults.push({ how: 'hang', after: 0 });
  const ended = new AbortController();
  const objects = await openObjects();
  const body = await objects.read(NAME, ended.signal);
  const next = body?.[Symbol.asyncIterator]().next();
  ended.abort();
  await expect(next).rejects.toThrow(/abort/i);
});

/** A part of the object, read as it is given in pieces. */
async function readPart(from: number, to: number): Promise<Uint8Array> {
  const objects = await openObjects(TIMEOUTS, PATIENCE);
  const body = await objects.read(NAME);
  if (body === undefined || !hasParts(body)) throw new Error('no parts');
  // Of the whole only the beginning is read.
  for await (const _ of body) break;
  return await body.readRange(from, to);
}

test.each<[string, ReadFault[], number]>([
  ['is answered at once', [], 1],
  ['breaks off in the middle', [{ how: 'end', after: 100_000 }], 2],
  ['falls silent', [{ how: 'hang', after: 0 }], 2],
])('a part of an object that %s is read whole', async (_, faults, requests) => {
  s3.faults.push({ how: 'end', after: BODY.length }, ...faults);
  expect(
    Buffer.from(await readPart(200_000, 500_000)).equals(BODY.subarray(200_000, 500_000)),
  ).toBe(true);
  expect(s3.reads).toHaveLength(1 + requests);
  expect(s3.reads[1]).toBe('bytes=200000-499999');
});

test('a part of an object that is replaced after its beginning was read is an error', async () => {
  s3.faults.push({ how: 'end', after: BODY.length }, { how: 'replaced' });
  await expect(readPart(0, 10)).rejects.toThrow(
    `${URL}: the object was replaced while it was being read`,
  );
});
