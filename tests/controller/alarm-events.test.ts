import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type AlarmNews,
  type Request,
  readAlarm,
  readEvent,
} from '../../services/controller/events.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { eventFixtures } from '../support/fixtures.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from '../support/peer-data.ts';

interface Sample {
  readonly file: string;
  readonly kind: string;
  readonly what: string;
  readonly expect?: {
    readonly 'detail-type': string;
    readonly alarmName: string;
    readonly state: string;
    readonly natGatewayIds: readonly string[];
  };
}

interface Expected {
  /** Null when the event is no news of a metric alarm. */
  readonly news: AlarmNews | null;
  readonly request: Request;
}

describe('events as AWS sends them', () => {
  test.each(eventFixtures<Expected>('controller'))('$name', ({ event, expected }) => {
    expect(readEvent(event, 'natflow')).toEqual(expected.request);
    if (expected.news) expect(readAlarm(event)).toEqual(expected.news);
    else expect(() => readAlarm(event)).toThrow(ShapeError);
    const forAllStacks = expected.request.kind === 'stack' ? 'stack' : 'ignored';
    expect(readEvent(event, 'other')).toMatchObject({ kind: forAllStacks });
  });

  test.each([...eventFixtures('forwarder'), ...eventFixtures('replayer')])(
    '$name is not for the controller',
    ({ event }) => {
      expect(readEvent(event, 'natflow')).toMatchObject({ kind: 'ignored' });
    },
  );
});

describeWithPeerData('published events', () => {
  const samples = readJsonLines<Sample>('events.jsonl');
  const alarms = samples.filter(({ kind }) => kind === 'eventbridge-alarm');
  const read = ({ file }: Sample) =>
    JSON.parse(readFileSync(new URL(`events/${file}`, PEER_DATA), 'utf8'));

  test.each(alarms)('$file: $what', (sample) => {
    const raw = read(sample);
    const { alarmName, state, natGatewayIds = [] } = sample.expect ?? {};
    const isStateChange = sample.expect?.['detail-type'] === 'CloudWatch Alarm State Change';
    if (isStateChange) {
      const since = Date.parse(raw.detail.state.timestamp);
      const news = { alarmName, gatewayIds: natGatewayIds, alarm: { state, since } };
      expect(readAlarm(raw)).toMatchObject(news);
    } else {
      expect(() => readAlarm(raw)).toThrow(ShapeError);
    }
    const [gatewayId] = natGatewayIds;
    expect(readEvent(raw, 'natflow')).toMatchObject(
      gatewayId ? { kind: 'gateway', gatewayId, event: { kind: 'alarm' } } : { kind: 'ignored' },
    );
    expect(readEvent(raw, 'other-')).toMatchObject({ kind: 'ignored' });
  });

  test.each(samples.filter(({ kind }) => kind !== 'eventbridge-alarm'))(
    '$file asks nothing of the controller: a created stack has nothing to go on with',
    (sample) => {
      if (!sample.file.endsWith('.json')) return;
      expect(readEvent(read(sample), 'natflow')).toMatchObject({ kind: 'ignored' });
    },
  );
});
