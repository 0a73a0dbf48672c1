import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { FirehoseTransformationEvent } from 'aws-lambda';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { noLines } from '../../shared/flowlog/source.ts';
import { archived, delivery } from '../support/deliveries.ts';
import { eventFixtures } from '../support/fixtures.ts';
import { DEFAULT_LINES, intoArray, NEVER } from '../support/forwarder.ts';
import { read } from '../support/loopback-collector.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from '../support/peer-data.ts';

interface Expected {
  readonly file: string;
  readonly expect?: Readonly<Record<string, string | number>>;
}

/** The expected result of an event in the manifest. */
function expected(file: string): Readonly<Record<string, string | number>> {
  const entry = readJsonLines<Expected>('events.jsonl').find((each) => each.file === file);
  return entry?.expect ?? {};
}

const content = (file: string) => readFileSync(new URL(`events/${file}`, PEER_DATA));
const json = (file: string) => JSON.parse(content(file).toString());

async function forward(event: FirehoseTransformationEvent) {
  const { forward: forwarder, sent } = intoArray(DEFAULT_LINES);
  const { answer, report } = await forwarder.deliver(event, NEVER);
  const ids = answer.records.map(({ recordId }) => recordId);
  expect(ids).toEqual(event.records.map(({ recordId }) => recordId));
  return { answer, report, flows: read(sent).flows };
}

interface Outcome {
  readonly results: readonly string[];
  /** The archived text by record; null when the record is returned unchanged. */
  readonly archived: readonly (string | null)[];
  readonly report: object;
  readonly flows: readonly object[];
}

describe('deliveries of Firehose', () => {
  test.each(eventFixtures<Outcome>('forwarder'))('$name', async ({ event, expected }) => {
    const given = event as FirehoseTransformationEvent;
    const { answer, report, flows } = await forward(given);
    expect(answer.records.map(({ result }) => result)).toEqual(expected.results);
    const text = (data = '') => Buffer.from(data, 'base64').toString();
    expect(answer.records.map(({ data }) => text(data))).toEqual(
      expected.archived.map((archive, i) => archive ?? text(given.records[i]?.data)),
    );
    expect(report).toMatchObject(expected.report);
    expect(flows).toMatchObject(expected.flows);
  });
});

describeWithPeerData("the events of other people's projects", () => {
  test.each([
    ['firehose-lambda-go.json', ['Ok', 'Ok']],
    ['firehose-put.json', ['Ok', 'ProcessingFailed']],
  ])(
    '%s holds no flow logs: what is text is archived, the rest goes back',
    async (file, results) => {
      const event: FirehoseTransformationEvent = json(file);
      const { answer, report, flows } = await forward(event);
      expect(answer.records.map(({ result }) => result)).toEqual(results);
      for (const [i, { result, data = '' }] of answer.records.entries()) {
        const original = event.records[i]?.data ?? '';
        expect(atob(data)).toBe(atob(original) + (result === 'Ok' ? '\n' : ''));
      }
      expect(report.malformed + report.undecodable).toBe(2);
      expect(flows).toEqual([]);
    },
  );

  test('all flows of composed-firehose-28.json are exported', async () => {
    const { records, flows: count } = expected('composed-firehose-28.json');
    const { answer, report, flows } = await forward(json('composed-firehose-28.json'));
    expect(report).toMatchObject({ records, flows: count, exported: count });
    expect(flows).toHaveLength(Number(count));
    expect(archived(answer).trimEnd().split('\n')).toHaveLength(Number(records));
  });

  test('firehose-delivered-record.json, a record as AWS delivers it, is exported', async () => {
    const record = String(expected('firehose-delivered-record.json')['record_data']);
    const { answer, flows } = await forward(delivery(record));
    expect(archived(answer)).toBe(`${JSON.parse(record).message}\n`);
    expect(flows).toMatchObject([
      { src_addr: '176.111.174.91', dst_addr: '10.0.0.102', src_port: 41536, dst_port: 1135 },
    ]);
  });

  test.each([
    ['as it is', (payload: Buffer) => payload],
    ['compressed', gzipSync],
    ['compressed twice', (payload: Buffer) => gzipSync(gzipSync(payload))],
  ])('otel-cw-subscription.json, %s: the flows of a subscription', async (_, pack) => {
    const payload = content('otel-cw-subscription.json');
    const { answer, flows } = await forward(delivery(pack(payload)));
    const messages = JSON.parse(payload.toString()).logEvents.map(
      ({ message }: { message: string }) => `${message}\n`,
    );
    expect(archived(answer)).toBe(messages.join(''));
    expect(flows).toHaveLength(2);
  });

  test('cwl-lambda-go.json, a subscription to another log, is archived', async () => {
    const { data } = json('cwl-lambda-go.json').awslogs;
    const { answer, report } = await forward(delivery(Buffer.from(data, 'base64')));
    expect(answer.records).toMatchObject([{ result: 'Ok' }]);
    expect(report.lines).toBe(report.malformed);
  });

  test.each([
    ['processing-failed-2019-missing-id.json', { flow: 1, malformed: 0 }],
    ['processing-failed-2021-access-denied.json', { flow: 0, malformed: 1 }],
  ])('%s is read by the replayer', async (file, counts) => {
    async function* object() {
      yield gzipSync(content(file));
    }
    const read = noLines();
    for await (const _ of readFlowLog(object()).read({ counts: read })) {
      // The source counts the lines.
    }
    expect(read).toMatchObject(counts);
  });
});
