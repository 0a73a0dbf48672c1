import assert from 'node:assert/strict';
import { expand, Refused } from '../../../services/macro/expand.ts';
import { readEnvelope, readRequest } from '../../../services/macro/request.ts';
import { INVENTORY, request } from '../../macro/request.ts';
import { mutateJson } from '../mutate.ts';
import type { Target } from '../target.ts';
import { readOrRefuse } from './events.ts';

const REQUEST = {
  requestId: 'r',
  ...request({
    NatGatewayIds: 'tag:Team=web,nat-0bbbbbbbbbbbbbbb2=500MB',
    Collectors: '203.0.113.9:2055,c.example',
    NetFlowVersion: '9',
    AnomalyBand: '0',
    SamplingPeriod: '60',
    EvaluationPeriods: '3',
    DatapointsToAlarm: '2',
    RecordingTime: '900',
    SubnetIds: ['subnet-1'],
    SecurityGroupIds: '',
    FlowLogBucket: '',
  }),
};
const SUBNETS = [{ id: 'subnet-1', vpcId: 'vpc-1' }];

/** Requests to the macro: the answer is a template with all other parts unchanged, or a sentence. */
export const macro: Target = {
  name: 'macro',
  generate: (random) => Buffer.from(JSON.stringify(mutateJson(random, REQUEST))),
  check: (input) => {
    const event: unknown = JSON.parse(Buffer.from(input).toString());
    readOrRefuse(() => readEnvelope(event));
    const asked = readOrRefuse(() => readRequest(event));
    const expanded = asked && readOrRefuse(() => expandOrRefuse(asked));
    if (asked === undefined || expanded === undefined) return;
    const { Dashboard: _, ForwarderSecurityGroup: __, ...kept } = asked.fragment.Resources;
    assert.partialDeepStrictEqual(expanded.Resources, kept);
    assert.doesNotMatch(JSON.stringify(expanded), /NaN|\[object /);
  },
};

function expandOrRefuse(asked: Parameters<typeof expand>[0]) {
  try {
    return expand(asked, { ...INVENTORY, subnets: SUBNETS });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    assert.ok(error.message.length > 0);
    return undefined;
  }
}
