import { expect, test } from '@jest/globals';
import { isPrivateLeg } from '../../shared/flow/legs.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { FakeFlowLog } from '../local-aws/fake-ec2.ts';
import { scenarioTraffic } from './scenario-traffic.ts';
import { SCENARIOS } from './scenarios.ts';

const START = Date.UTC(2026, 10, 22, 10, 12);
const SPIKE = 5;
const gateways = SCENARIOS.flatMap((scenario) => scenario.gateways);

function flowLogOf(resourceId: string): FakeFlowLog {
  const isRegional = resourceId.startsWith('nat-');
  return {
    id: 'fl-0',
    resourceId,
    resourceType: isRegional ? 'RegionalNatGateway' : 'NetworkInterface',
    ...{ trafficType: 'ALL', destination: '', destinationType: '', interval: 60, roleArn: '' },
    format: RECORDING_FORMAT.map((name) => `\${${name}}`).join(' '),
    createdAt: '',
    beginsAt: START,
    tags: {},
  };
}

test.each(['zonal', 'regional'])(
  'a minute at a %s gateway has four lines per exchange, and its bytes twice',
  (mode) => {
    const gateway = gateways.find((each) => each.mode === mode);
    if (gateway === undefined) throw new Error(`no ${mode} gateway`);
    const options = { start: START, seed: 1, connections: 50 };
    const minute = scenarioTraffic([gateway], options).minute(gateway.id, SPIKE);
    const from = START + SPIKE * 60_000;
    const flowLog = flowLogOf(gateway.interfaces[0] ?? gateway.id);
    const lines = minute.lines(flowLog, from, from + 60_000);
    const bytes = { private: 0, public: 0 };
    const parser = new FlowLogParser({
      format: RECORDING_FORMAT,
      onFlow: (flow) => {
        bytes[isPrivateLeg(flow) ? 'private' : 'public'] +=
          flow.bytesHigh * 2 ** 32 + (flow.bytesLow >>> 0);
      },
    });
    parser.write(Buffer.from(`${lines.join('\n')}\n`));
    parser.end();
    expect(parser.counts).toMatchObject({ flow: 4 * 55, skipdata: 1, malformed: 0 });
    const { BytesInFromSource, BytesInFromDestination } = minute.metered;
    const metered = BytesInFromSource + BytesInFromDestination;
    expect(bytes).toEqual({ private: metered, public: metered });
  },
);

test('the same seed gives the same lines, another seed others, and half a minute gives a part of them', () => {
  const [gateway] = gateways;
  if (gateway === undefined) throw new Error('no gateway');
  const linesOf = (seed: number, until = START + 120_000) =>
    scenarioTraffic([gateway], { start: START, seed, connections: 20 })
      .minute(gateway.id, 1)
      .lines(flowLogOf('eni-0'), START, until);
  expect(linesOf(1)).toEqual(linesOf(1));
  expect(linesOf(2)).not.toEqual(linesOf(1));
  const half = linesOf(1, START + 90_000);
  expect(half.length).toBeGreaterThan(0);
  expect(half.length).toBeLessThan(linesOf(1).length);
  expect(linesOf(1)).toEqual(expect.arrayContaining(half));
  expect(linesOf(1, START)).toEqual([expect.stringMatching(/^9 .* NODATA /)]);
});
