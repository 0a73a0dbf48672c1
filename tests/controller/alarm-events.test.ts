import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readAlarm, readEvent } from '../../services/controller/events.ts';
import { ShapeError } from '../../shared/read-shape.ts';
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

const samples = readJsonLines<Sample>('events.jsonl');
const alarms = samples.filter(({ kind }) => kind === 'eventbridge-alarm');
const read = ({ file }: Sample) =>
  JSON.parse(readFileSync(new URL(`events/${file}`, PEER_DATA), 'utf8'));

describeWithPeerData('published events', () => {
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
    '$file is not for the controller, unless CloudFormation sent it',
    (sample) => {
      if (!sample.file.endsWith('.json')) return;
      const kind = sample.kind === 'cfn-custom-resource' ? 'stack' : 'ignored';
      expect(readEvent(read(sample), 'natflow')).toMatchObject({ kind });
    },
  );
});
