import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { FirehoseTransformationResult } from 'aws-lambda';
import { unpackLines } from '../../../shared/flowlog/envelope/envelope.ts';
import { RECORDING_FORMAT } from '../../../shared/flowlog/format.ts';
import { intoArray, type OtherPorts } from '../../support/forwarder.ts';
import { line, text, validLine } from '../flow-log-text.ts';
import { mutateBytes } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';

type Records = readonly { readonly recordId: string; readonly data: string }[];

const ANSWER_LIMIT = 6_291_456;
/** The most base64 in one invocation of Lambda. */
const MOST_CHARACTERS = 6_000_000;
const LONGEST_LINE = 1_024_000;
const LIMIT = 32 * 2 ** 20;
const ODD_RECORDS = [
  ...['', '\n', '{}', '[]', 'null', '"x"', '{"message":null}', '{"message":""}', '\0'],
  ...['{"message":"\\u0000"}', '{"awslogs":{"data":1}}', '{"awslogs":{"data":"H4sI"}}'],
  ...['{"logEvents":{}}', '{"logEvents":[null]}', '{"logEvents":"ab"}', '{"message":"a\\nb"}'],
  `${'{"message":'.repeat(3000)}1${'}'.repeat(3000)}`,
];
/** Records at or beyond the limit of unpacked size, at most one per delivery. */
const HEAVY_RECORDS: readonly (() => Buffer)[] = [
  () => gzipSync(Buffer.alloc(40_000_000, '\n')),
  () => gzipSync(`{"logEvents":[${'{},'.repeat(4_000_000)}{}]}`),
  () => gzipSync('{"message":"a"}'.repeat(1_000_000)),
  () => Buffer.alloc(LONGEST_LINE, 'x'),
  () => Buffer.alloc(LONGEST_LINE + 1, 'x'),
];
const heavyRecords = HEAVY_RECORDS.map((make) => make().toString('base64'));

const forwarders = ['5', '9', 'ipfix'].map((NATFLOW_VERSION) => {
  const ports: OtherPorts = {
    reingest: async (_, pieces) => (refuses ? pieces.slice(0, 1) : []),
  };
  const { forward, sent } = intoArray(
    { NATFLOW_VERSION, NATFLOW_LOG_FORMAT: RECORDING_FORMAT.join(' ') },
    ports,
  );
  return { forward, sent };
});
let refuses = false;
let invocations = 0;

/** Deliveries of Firehose: every record is answered once, with its lines or unchanged. */
export const deliveries: Target = {
  name: 'deliveries',
  generate: (random) => {
    const most = random.chance(0.05) ? 400 : 30;
    const records = random.list(0, most, () => base64(random, record(random)));
    if (random.chance(0.002))
      records.splice(random.below(records.length + 1), 0, random.pick(heavyRecords));
    return Buffer.from(JSON.stringify(records));
  },
  check: async (input, random) => {
    const contents: readonly string[] = JSON.parse(Buffer.from(input).toString());
    const invocation = invocations++;
    const records = contents
      .filter((_, index) => contents.slice(0, index + 1).join('').length < MOST_CHARACTERS)
      .map((data, index) => ({
        recordId: `${invocation}-${index}`,
        approximateArrivalTimestamp: 0,
        data,
      }));
    const event = { invocationId: 'i', deliveryStreamArn: 'arn', region: 'r', records };
    refuses = random.chance(0.2);
    const { forward, sent } = random.pick(forwarders);
    const { answer, report } = await forward.deliver(event, Number.POSITIVE_INFINITY);
    sent.length = 0;
    assert.equal(report.failure, undefined);
    checkAnswer(records, answer, report.reingested + report.refused > 0);
    const { lines, flows, nodata, skipdata, nonflow, malformed } = report;
    assert.equal(lines, flows + nodata + skipdata + nonflow + malformed);
    if (random.chance(0.9)) return;
    const second = await forward.deliver(event, Number.POSITIVE_INFINITY);
    assert.deepEqual(second.answer, answer);
    assert.ok(second.report.isDuplicate || records.length === 0);
  },
};

function checkAnswer(
  records: Records,
  answer: FirehoseTransformationResult,
  isSplit: boolean,
): void {
  assert.ok(JSON.stringify(answer).length <= ANSWER_LIMIT);
  assert.deepEqual(
    answer.records.map(({ recordId }) => recordId),
    records.map(({ recordId }) => recordId),
  );
  for (const [index, { result, data = '' }] of answer.records.entries()) {
    const given = records[index]?.data ?? '';
    const lines = unpack(Buffer.from(given, 'base64'))?.toString('base64');
    if (result === 'Ok') assert.equal(data, lines);
    else if (result === 'Dropped') assert.ok(lines === '' || (isSplit && lines !== undefined));
    else assert.ok(data === given || data === '');
  }
}

/** A message of one line may have unescaped control characters, which JSON.parse rejects. */
function unpack(record: Buffer): Buffer | undefined {
  const inJson = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = record.toString('latin1').replace(/[^ -\xff\n]/g, inJson);
  return unpackLines(record, LIMIT) ?? unpackLines(Buffer.from(escaped, 'latin1'), LIMIT);
}

function record(random: Random): Buffer {
  const kind = random.next();
  if (kind < 0.5) return Buffer.from(`${JSON.stringify({ message: validLine(random) })}\n`);
  if (kind < 0.6) return Buffer.from(text(random, 20));
  if (kind < 0.7) return gzipSync(text(random, 100));
  if (kind < 0.75) return Buffer.from(random.pick(ODD_RECORDS));
  return mutateBytes(random, Buffer.from(JSON.stringify({ message: line(random) })));
}

/** Base64, sometimes without its padding or with an invalid character. */
function base64(random: Random, bytes: Buffer): string {
  const encoded = bytes.toString('base64');
  if (random.chance(0.99)) return encoded;
  const broken = random.pick([encoded.replace(/=+$/, ''), encoded.replace('A', '*'), encoded]);
  return broken + random.pick(['', '=', ' ', '\n', '!', 'A']);
}
