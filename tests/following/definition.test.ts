import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alarmChanges, isOneMissing } from '../../services/controller/following/alarm-changes.ts';
import { expand } from '../../services/macro/expand.ts';
import { followedAlarmName } from '../../shared/gateway/nat-gateway.ts';
import { controllerSettings } from '../../shared/settings/controller.ts';
import { AlarmParameters } from '../../shared/stack-parameters.ts';
import { request } from '../macro/request.ts';
import { readTemplate } from '../template/cloudformation.ts';

const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 2 ** 31);
const CONTROLLER = {
  ...{ NATFLOW_STACK: 'natflow', AWS_REGION: 'eu-west-1', NATFLOW_TABLE: 'table' },
  ...{ NATFLOW_STREAM_ARN: 'arn:aws:firehose:a:b:c', NATFLOW_TOPIC_ARN: 'arn:aws:sns:a:b:c' },
  ...{ NATFLOW_SCHEDULE_GROUP: 'group', NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::1:role/r' },
};

const id = fc.nat(5).map((n) => `nat-0${n}`);
const gateways = fc.uniqueArray(
  fc.record({
    id,
    state: fc.constantFrom('available', 'pending', 'deleting', 'deleted', 'failed'),
    tags: fc.dictionary(
      fc.constantFrom('Team', 'Name'),
      fc.oneof(fc.constantFrom('web', 'data', '{{resolve:x}}', '${AWS::Region}'), fc.string()),
    ),
  }),
  { selector: (each) => each.id },
);
const threshold = fc.constantFrom('1GB', '500MB', '1.5 GiB', '7b', '12345');
const parts = fc
  .array(
    fc.oneof(
      fc.constantFrom('all', 'tag:Team=web', 'tag:Team=data'),
      id,
      fc.tuple(id, threshold).map(([each, bytes]) => `${each}=${bytes}`),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((each) => each.join(','));
const parameters = fc.record({
  NatGatewayIds: parts,
  Threshold: threshold,
  SamplingPeriod: fc.constantFrom('60', '300', '3600'),
  EvaluationPeriods: fc.constantFrom('2', '5'),
  DatapointsToAlarm: fc.constantFrom('1', '2'),
  AnomalyBand: fc.constantFrom('0', '2', '2.5'),
});

test('the sweep watches the gateways that the macro watches, by the same alarms and detectors', () => {
  process.stdout.write(`seed ${SEED}: NATFLOW_SEED=${SEED}\n`);
  let compared = 0;
  const agree = fc.property(parameters, gateways, (values, listed) => {
    const ofMacro = expandedOrNone(values, listed);
    // What the macro refuses is not deployed, so that no sweep ever reads it.
    if (ofMacro === undefined) return;
    const ofSweep = putsOfSweep(values, listed);
    expect(ofSweep).toEqual(ofMacro);
    compared += ofMacro.length;
  });
  fc.assert(agree, { seed: SEED, numRuns: 500 });
  expect(compared).toBeGreaterThan(50);
});

interface Watched {
  readonly name: string;
  readonly definition: unknown;
  readonly detector: unknown;
}
type Values = Readonly<Record<string, string>>;
type Listed = readonly { readonly id: string; readonly state: string; readonly tags: Values }[];

function expandedOrNone(values: Values, listed: Listed): Watched[] | undefined {
  try {
    return alarmsOfMacro(values, listed);
  } catch {
    return undefined;
  }
}

function alarmsOfMacro(values: Values, listed: Listed): Watched[] {
  const { Resources } = expand(request(values), { gateways: listed, subnets: [], sources: [] });
  return Object.entries(Resources).flatMap(([logicalId, { Properties = {} }]) => {
    if (!logicalId.startsWith('AlarmNat')) return [];
    const { AlarmName: _, ...definition } = Properties;
    const usual = Resources[logicalId.replace('AlarmNat', 'UsualNat')]?.Properties ?? {};
    const { MetricDataQueries } = (usual['MetricMathAnomalyDetector'] ?? {}) as Values;
    const gatewayId = logicalId.replace('AlarmNat', 'nat-');
    return [
      {
        name: followedAlarmName('natflow', gatewayId),
        ...{ definition, detector: MetricDataQueries },
      },
    ];
  });
}

/** Through the controller's environment, as the template fills it. */
function putsOfSweep(values: Values, gateways: Listed): Watched[] {
  const variables = Object.entries(AlarmParameters).map(([name, { variable }]) => [
    variable,
    values[name],
  ]);
  const { follows: choice } = controllerSettings({
    ...CONTROLLER,
    ...Object.fromEntries(variables),
    NATFLOW_NAT_GATEWAY_IDS: values['NatGatewayIds'],
  });
  if (choice === undefined) throw new Error('nothing is followed');
  const known = { stack: 'natflow', choice, gateways, alarms: [], now: 0 };
  const changes = alarmChanges(known, new Set());
  expect(isOneMissing(known)).toBe(changes.length > 0);
  return changes.flatMap((change) => {
    if (change.do !== 'put') throw new Error('there is nothing to delete');
    const { name, definition, detector } = change;
    return [{ name, definition, detector }];
  });
}

test.each([
  ['all', true],
  ['nat-0a,all', true],
  ['tag:Team=web', true],
  ['nat-0a=1GB,tag:a=b', true],
  ['nat-0123456789abcdef0', false],
  ['nat-0a=500MB, nat-0b=1.5 GiB,nat-0c=7b', false],
])('the template gives %s to the controller: %s', (natGatewayIds, isGiven) => {
  const { Conditions } = readTemplate('template.yaml') as unknown as { Conditions: Conditions };
  expect(holds(Conditions['FollowsAccount'], natGatewayIds)).toBe(isGiven);
});

type Conditions = Readonly<Record<string, unknown>>;

/** Evaluates a condition on NatGatewayIds as CloudFormation does. */
function holds(condition: unknown, natGatewayIds: string): unknown {
  if (typeof condition !== 'object' || condition === null) return condition;
  const [[name = '', given] = []] = Object.entries(condition);
  if (name === 'Ref') return natGatewayIds;
  const values = (Array.isArray(given) ? given : [given]).map((each) =>
    Array.isArray(each) ? each : holds(each, natGatewayIds),
  );
  const [first, second] = values;
  switch (name) {
    case 'Fn::Or':
      return values.some(Boolean);
    case 'Fn::Not':
      return !first;
    case 'Fn::Equals':
      return first === second;
    case 'Fn::Split':
      return String(second).split(String(first));
    case 'Fn::Select':
      return (second as unknown[])[Number(first)];
    default:
      throw new Error(`unexpected ${name}`);
  }
}
