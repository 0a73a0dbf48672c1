import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { serveFirehose } from '../../services/local-aws/firehose/api.ts';
import { LocalFirehose } from '../../services/local-aws/firehose/stream.ts';
import type { Transform } from '../../services/local-aws/firehose/transform.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { unpackLines } from '../../shared/flowlog/envelope/envelope.ts';
import { STREAM_ARN, wrapped } from '../support/deliveries.ts';
import { freePort } from '../support/free-port.ts';

/** Two hundred thousand in the long form. */
const RECORDS = process.env['NATFLOW_LONG'] === undefined ? 10_000 : 200_000;
const CRASHES_IN_A_HUNDRED = 5;
const POISON = 'this delivery always crashes';
const ANSWER_LIMIT = 6_291_456;

let lambda: LambdaFunction | undefined;
let api: Server | undefined;

beforeAll(async () => {
  await buildChanged(['forwarder']);
}, 60_000);

afterEach(async () => {
  await lambda?.close();
  api?.closeAllConnections();
  api?.close();
});

const line = (i: number) =>
  `5 123456789012 eni-0a11bb22cc33dd44e 10.20.0.7 10.0.0.220 ${i % 65_536} 443 6 9 ${i} 1795338000 1795338060 ACCEPT OK`;

/** Record number `i`, in one of the possible envelopes, and its lines; junk has none. */
function recordOf(i: number): { data: Buffer; lines: string[] } {
  const several = Array.from({ length: 5 }, (_, n) => `${line(i)} ${n}`);
  switch (i % 40) {
    case 1:
      return { data: Buffer.from(several.join('\n')), lines: several };
    case 2: {
      const logEvents = several.map((message) => ({ message }));
      const payload = JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents });
      return { data: gzipSync(payload), lines: several };
    }
    case 3:
      return { data: Buffer.from(several.map(wrapped).join('')), lines: several };
    case 4:
      return { data: Buffer.from(`{"no": "message", "number": ${i}}`), lines: [] };
    case 5:
      return { data: Buffer.from([0xff, i & 0xff, (i >> 8) & 0xff]), lines: [] };
    default:
      return { data: Buffer.from(wrapped(line(i))), lines: [line(i)] };
  }
}

/** One record whose lines do not fit into any answer. */
function largeRecord() {
  const lines = Array.from({ length: 50_000 }, (_, i) => `large ${line(i)}`);
  return { data: gzipSync(lines.join('\n')), lines };
}

/** A pseudo-random generator with a fixed sequence. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) % 100;
  };
}

/** Crashes before the function is invoked, or after its answer, which is lost. */
function crashing(transform: Transform): Transform {
  const roll = dice(7);
  return async (event) => {
    const poisoned = event.records.some(({ data }) => atob(data).includes(POISON));
    const rolled = roll();
    if (poisoned || rolled < CRASHES_IN_A_HUNDRED / 2) throw new Error('crash before');
    const answer = await transform(event);
    expect(JSON.stringify(answer).length).toBeLessThanOrEqual(ANSWER_LIMIT);
    if (rolled < CRASHES_IN_A_HUNDRED) throw new Error('crash after');
    return answer;
  };
}

/** A stream with the forwarder's bundle as its transformation. It delivers to `objects`. */
async function stream(collectors: string) {
  const objects = new Map<string, string>();
  const streams = new Map<string, LocalFirehose>();
  api = serveFirehose(streams).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const built = new LambdaFunction({
    bundle: join(import.meta.dirname, '../../dist/forwarder'),
    environments: 3,
    env: { AWS_ENDPOINT_URL: endpoint, NATFLOW_COLLECTORS: collectors, LOG_LEVEL: 'ERROR' },
  });
  lambda = built;
  const firehose = new LocalFirehose({
    streamArn: STREAM_ARN,
    transform: crashing((event) => built.call(event)),
    put: async (key, bytes) => {
      objects.set(key, gunzipSync(bytes).toString());
    },
    processor: { bytes: 100_000, ms: 60_000 },
    retries: 3,
  });
  streams.set('natflow', firehose);
  return { firehose, objects };
}

function texts(objects: ReadonlyMap<string, string>, prefix: string): string[] {
  return [...objects].filter(([key]) => key.startsWith(prefix)).map(([, text]) => text);
}

test.each<[string, () => Promise<string>]>([
  ['refuses', async () => `127.0.0.1:${await freePort()}`],
  ['does not resolve', async () => 'collector.invalid:2055'],
  ['is not there', async () => ''],
])(
  'with a collector that %s and crashes, every record is in the archive or has failed, as it came',
  async (_, collectors) => {
    const { firehose, objects } = await stream(await collectors());
    const records = Array.from({ length: RECORDS }, (_, i) => recordOf(i));
    records.splice(RECORDS / 2, 0, largeRecord());
    records.splice(RECORDS / 4, 0, { data: Buffer.from(wrapped(POISON)), lines: [POISON] });
    for (let at = 0; at < records.length; at += 400) {
      firehose.putRecordBatch(records.slice(at, at + 400).map(({ data }) => ({ Data: data })));
    }
    await firehose.drain();

    const failed = texts(objects, 'errors/')
      .flatMap((text) => text.trimEnd().split('\n'))
      .map((each) => JSON.parse(each));
    const raw = new Set<string>(failed.map(({ rawData }) => rawData));
    const failedLines = failed.flatMap(({ rawData }) => {
      const unpacked = unpackLines(Buffer.from(rawData, 'base64'), 1e9);
      return unpacked?.toString().trimEnd().split('\n') ?? [];
    });
    const archivedLines = texts(objects, 'flows/').flatMap((text) => text.trimEnd().split('\n'));
    const found = new Map<string, number>();
    for (const each of [...archivedLines, ...failedLines]) {
      found.set(each, (found.get(each) ?? 0) + 1);
    }

    // After a crash, only re-ingested lines may be duplicated.
    const wrong = records
      .flatMap(({ lines }) => lines)
      .filter(
        (each) =>
          (found.get(each) ?? 0) < 1 || (found.get(each) !== 1 && !each.startsWith('large')),
      );
    expect(wrong).toEqual([]);
    expect(found.size).toBe(new Set(records.flatMap(({ lines }) => lines)).size);
    const junk = records.filter(({ lines }) => lines.length === 0);
    expect(junk.filter(({ data }) => !raw.has(data.toString('base64')))).toEqual([]);
    expect(failedLines).toContain(POISON);
    const codes = new Set(failed.map(({ errorCode }) => errorCode));
    expect(codes).toEqual(new Set(['Lambda.ProcessingFailedStatus', 'Lambda.FunctionError']));
  },
  300_000,
);
