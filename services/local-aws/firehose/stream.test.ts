import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { FirehoseTransformationEvent } from 'aws-lambda';
import { type FirehoseSettings, InvalidArgument, LocalFirehose } from './stream.ts';
import type { Transform } from './transform.ts';

const START = Date.UTC(2026, 10, 22, 9, 5, 7);

/** A clock that only `advance` moves. */
function fakeClock() {
  let now = START;
  const timers = new Set<{ at: number; run: () => void }>();
  const after = (ms: number, run: () => void) => {
    const timer = { at: now + ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const advance = (ms: number) => {
    now += ms;
    for (const timer of [...timers].filter(({ at }) => at <= now)) {
      timers.delete(timer);
      timer.run();
    }
  };
  return { now: () => now, after, advance };
}

const echo: Transform = async ({ records }) => ({
  records: records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data })),
});

function stream(transform: Transform, settings: Partial<FirehoseSettings> = {}) {
  const objects = new Map<string, string>();
  const clock = fakeClock();
  const firehose = new LocalFirehose({
    streamArn: 'arn:aws:firehose:eu-west-1:000000000000:deliverystream/natflow',
    transform,
    put: async (key, bytes) => {
      objects.set(key, gunzipSync(bytes).toString());
    },
    clock,
    ...settings,
  });
  const put = (...texts: string[]) =>
    firehose.putRecordBatch(texts.map((text) => ({ Data: Buffer.from(text) })));
  return { firehose, clock, objects, put };
}

test('records are buffered for the interval, transformed, and delivered as one gzip object', async () => {
  const events: FirehoseTransformationEvent[] = [];
  const upper: Transform = async (event) => {
    events.push(event);
    const records = event.records.map(({ recordId, data }) => {
      const text = Buffer.from(data, 'base64').toString().toUpperCase();
      return { recordId, result: 'Ok', data: Buffer.from(text).toString('base64') };
    });
    return { records };
  };
  const { firehose, clock, objects, put } = stream(upper);
  expect(put('a\n', 'b\n')).toMatchObject({ FailedPutCount: 0, RequestResponses: { length: 2 } });
  clock.advance(59_999);
  expect(events).toEqual([]);
  clock.advance(1);
  put('c\n');
  await firehose.drain();
  expect(events.map(({ records }) => records.length)).toEqual([2, 1]);
  expect(events[0]).toMatchObject({
    region: 'eu-west-1',
    deliveryStreamArn: expect.stringMatching(/natflow$/),
  });
  expect([...objects]).toEqual([
    [
      expect.stringMatching(/^flows\/2026\/11\/22\/09\/natflow-1-2026-11-22-09-06-07-.*\.gz$/),
      'A\nB\nC\n',
    ],
  ]);
});

test('a full buffer is delivered at once', async () => {
  const sizes: number[] = [];
  const { firehose, put } = stream(
    async (event) => {
      sizes.push(event.records.length);
      return await echo(event);
    },
    { processor: { bytes: 10, ms: 60_000 } },
  );
  put('12345', '67890', 'abc');
  expect(sizes).toEqual([2]);
  await firehose.drain();
  expect(sizes).toEqual([2, 1]);
});

test('no request exceeds the limit of Lambda, however small the records are', async () => {
  const requests: number[] = [];
  const { firehose, put } = stream(
    async (event) => {
      requests.push(JSON.stringify(event).length);
      return await echo(event);
    },
    { processor: { bytes: 3 * 1024 * 1024, ms: 60_000 } },
  );
  for (let call = 0; call < 100; call++) put(...new Array(500).fill('tiny'));
  await firehose.drain();
  expect(requests.length).toBeGreaterThan(1);
  expect(Math.max(...requests)).toBeLessThanOrEqual(6_291_456);
  expect(Math.max(...requests)).toBeGreaterThan(6_200_000);
});

test('at most five invocations run at once', async () => {
  const waiting: (() => void)[] = [];
  const { firehose, put } = stream(
    async (event) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return await echo(event);
    },
    { processor: { bytes: 1, ms: 60_000 } },
  );
  put('1', '2', '3', '4', '5', '6', '7');
  await turn();
  expect(waiting).toHaveLength(5);
  const drained = firehose.drain();
  while (waiting.length > 0) {
    waiting.shift()?.();
    await turn();
  }
  await drained;
});

test('records that the transformation re-ingests are delivered before drain ends', async () => {
  const { firehose, put, objects } = stream(async ({ records }) => ({
    records: records.map(({ recordId, data }) => {
      const text = atob(data);
      if (text.length === 1) return { recordId, result: 'Ok', data };
      put(...text);
      return { recordId, result: 'Dropped' };
    }),
  }));
  put('abc');
  await firehose.drain();
  expect([...objects.values()]).toEqual(['abc']);
});

test('failed records become a separate object with one line of JSON each', async () => {
  const { firehose, put, objects } = stream(async () => ({ records: [] }));
  put('one', 'two');
  await firehose.drain();
  const [[key, text] = ['', '']] = objects;
  expect(key).toMatch(/^errors\/processing-failed\/2026\/11\/22\/09\/natflow-1-.*\.gz$/);
  const records = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records.map(({ rawData }) => atob(rawData))).toEqual(['one', 'two']);
});

test('drain throws the error of the object store', async () => {
  const { firehose, put } = stream(echo, {
    put: async () => {
      throw new Error('bucket is gone');
    },
  });
  put('a');
  await expect(firehose.drain()).rejects.toThrow('bucket is gone');
});

test.each([
  ['no records', []],
  ['501 records', new Array(501).fill('x')],
  ['a record over 1,000 KiB', ['x'.repeat(1_024_001)]],
  ['more than 4 MiB', new Array(5).fill('x'.repeat(900_000))],
])('PutRecordBatch does not take %s', (_, texts) => {
  const { put, firehose } = stream(echo);
  expect(() => put(...texts)).toThrow(InvalidArgument);
  return firehose.drain();
});
