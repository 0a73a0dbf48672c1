import { expect, test } from '@jest/globals';
import type { Facts, Metric } from '../../services/controller/doctor/facts.ts';
import { RECORDING_CHECKS } from '../../services/controller/doctor/recording-checks.ts';

const gatewayId = 'nat-0a1b2c3d4e5f60718';
const bytes = (name: string, ...dimensions: string[]): Metric => ({
  namespace: 'AWS/NATGateway',
  name,
  dimensions: Object.fromEntries(dimensions.map((each) => [each, gatewayId])),
});

/** What the check of metrics says of an alarm on these metrics. */
function said(...metrics: Metric[]): string[] {
  const known = [bytes('BytesInFromSource', 'NatGatewayId', 'AvailabilityZone')];
  const facts: Pick<Facts, 'names' | 'alarms' | 'metered'> = {
    names: {
      ...{ stack: 'natflow', region: 'eu-west-1', table: 't', streamArn: 's', topicArn: 'p' },
      ...{
        emailAddress: undefined,
        continuous: undefined,
        centralBucket: undefined,
        dnsNames: false,
      },
      follows: undefined,
    },
    alarms: { value: [{ name: `natflow-${gatewayId}`, gatewayId, metrics }] },
    metered: { value: known },
  };
  const [check] = RECORDING_CHECKS.filter(({ name }) => name === 'metrics');
  return check?.run(facts as Facts).map(({ text }) => text) ?? [];
}

test.each([
  [[], 'no metric'],
  [[bytes('PacketsInFromSource')], 'PacketsInFromSource by no dimension'],
  [[bytes('BytesInFromSource', 'NatGatewayId')], 'BytesInFromSource by NatGatewayId'],
])('of an alarm that sees nothing it is said what it evaluates', (metrics, evaluated) => {
  expect(said(...metrics)).toEqual([
    `CloudWatch meters ${gatewayId} by AvailabilityZone and NatGatewayId and its alarm evaluates ${evaluated}, so it is never raised`,
  ]);
});
