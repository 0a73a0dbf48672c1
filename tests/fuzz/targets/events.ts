import assert from 'node:assert/strict';
import { readEvent } from '../../../services/controller/events.ts';
import { readSpike } from '../../../services/controller/spike-reason.ts';
import { tasksOf } from '../../../services/replayer/events.ts';
import { readReporterCommand } from '../../../shared/contract/reporter.ts';
import { ShapeError } from '../../../shared/read-shape.ts';
import { mutateJson } from '../mutate.ts';
import type { Target } from '../target.ts';

const GATEWAY = 'nat-0c11aa22bb33cc44d';
const REASON = JSON.stringify({ period: 60, recentDatapoints: [1, 2], threshold: 5 });
const METRIC = { namespace: 'AWS/NATGateway', dimensions: { NatGatewayId: GATEWAY } };
const S3_EVENT = {
  Records: [
    {
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'logs' }, object: { key: 'year%3D2026/a+b.gz' } },
    },
  ],
};
const inSqs = (body: unknown) => ({
  Records: [
    { eventSource: 'aws:sqs', messageId: 'm0', body: JSON.stringify(body) },
    { eventSource: 'aws:sqs', messageId: 'm1', body: JSON.stringify(S3_EVENT) },
  ],
});
const inSns = (message: unknown) => ({ Type: 'Notification', Message: JSON.stringify(message) });
const RECORDING = {
  id: `${GATEWAY}-20261122T101430Z-7`,
  gatewayId: GATEWAY,
  startedAt: 1,
  endedAt: 2,
};

const EVENTS: readonly unknown[] = [
  {
    'detail-type': 'CloudWatch Alarm State Change',
    time: '2026-11-22T10:15:00Z',
    detail: {
      alarmName: `natflow-${GATEWAY}`,
      configuration: { metrics: [{ metricStat: { metric: METRIC } }, { expression: 'a + b' }] },
      state: { value: 'ALARM', timestamp: '2026-11-22T10:15:00.000+0000', reasonData: REASON },
    },
  },
  { RequestType: 'Delete', ResponseURL: 'https://x', StackId: 'a', RequestId: 'b' },
  { command: 'sweep' },
  { command: 'start', gatewayId: GATEWAY, minutes: 2 },
  { command: 'timer', gatewayId: GATEWAY, recordingId: RECORDING.id },
  { command: 'report', recording: { ...RECORDING, gatewayName: 'a', threshold: 1e9 } },
  { command: 'show', id: RECORDING.id },
  JSON.parse(REASON),
  S3_EVENT,
  { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(S3_EVENT) } }] },
  {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'logs' }, object: { key: 'a' } },
  },
];

/** Events of the functions: each is read, or refused with a sentence. */
export const events: Target = {
  name: 'events',
  generate: (random) => {
    let event = mutateJson(random, random.pick(EVENTS));
    if (random.chance(0.2)) event = mutateJson(random, inSns(event));
    if (random.chance(0.3)) event = mutateJson(random, inSqs(event));
    return Buffer.from(JSON.stringify(event));
  },
  check: (input) => {
    const event: unknown = JSON.parse(Buffer.from(input).toString());
    const { kind } = readEvent(event, 'natflow');
    assert.ok(['gateway', 'sweep', 'list', 'stack', 'ignored'].includes(kind), kind);
    for (const { objects, fault, messageId } of tasksOf(event)) {
      assert.ok(messageId === undefined || typeof messageId === 'string');
      assert.ok(fault === undefined || objects.length === 0);
      for (const { bucket, key } of objects)
        assert.equal(typeof bucket + typeof key, 'stringstring');
    }
    readOrRefuse(() => readReporterCommand(event));
    const spike = readSpike(JSON.stringify(event));
    if (spike !== undefined) assert.ok([spike.now, spike.threshold].every(Number.isFinite));
  },
};

/** @throws when the error is not one printable sentence. */
export function readOrRefuse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    assert.match(error.message, /^\P{C}+ (is missing|was expected)$/u);
    return undefined;
  }
}
