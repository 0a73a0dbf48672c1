import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  alarmChanges,
  followedRemoval,
} from '../../services/controller/following/alarm-changes.ts';
import { following } from '../../services/controller/following/following.ts';
import { readTold, type WatchNews, writeTold } from '../../services/controller/following/told.ts';
import { readBudgetState, writeBudgetState } from '../../services/controller/stored-budget.ts';
import { readState, writeState } from '../../services/controller/stored-state.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { controllerPorts } from '../../shared/aws/controller-ports.ts';
import { readAlarmRule } from '../../shared/gateway/alarm-rule.ts';
import type { Choice } from '../../shared/gateway/followed.ts';
import { controllerSettings } from '../../shared/settings/controller.ts';
import { controllerEnvironment } from '../doctor/local-stack.ts';

const RULE = readAlarmRule(
  () => '',
  () => undefined,
);
const ALL: Choice = { natGatewayIds: 'all', rule: RULE };
const MINUTE = 60_000;

let aws: FakeAws;
let now: number;
const before = { ...process.env };

beforeEach(async () => {
  now = Date.UTC(2026, 10, 22, 10);
  aws = await FakeAws.start(() => now);
  Object.assign(process.env, controllerEnvironment(aws.endpoint), { AWS_MAX_ATTEMPTS: '1' });
});
afterEach(() => {
  aws.stop();
  process.env = { ...before };
});

function create(number: number, name?: string): string {
  const id = `nat-${String(number).padStart(17, '0')}`;
  aws.ec2.gateways.set(id, { interfaces: [], ...(name !== undefined && { name }) });
  return id;
}

/** Sweeps with the real adapters. */
function sweeping(choice: Choice | undefined = ALL) {
  const mails: WatchNews[] = [];
  const settings = controllerSettings();
  const calls = controllerPorts(
    settings,
    { read: readState, write: writeState },
    { read: readBudgetState, write: writeBudgetState },
    { read: readTold, write: writeTold },
  );
  const ports = {
    ...calls,
    now: () => now,
    tell: async (news: WatchNews) => void mails.push(news),
  };
  return { mails, ...following(ports, 'natflow', choice) };
}

test('a gateway that comes gets an alarm with tags, is told, and loses it when it goes', async () => {
  const { sweep, mails } = sweeping();
  await sweep();
  expect(aws.calls).not.toContain('ListStackResources');
  const id = create(1, 'egress-c');
  await sweep();
  const name = `natflow-${id}-followed`;
  expect(aws.alarms.get(name)).toMatchObject({
    state: 'INSUFFICIENT_DATA',
    definition: {
      Threshold: 1e9,
      TreatMissingData: 'notBreaching',
      Tags: [
        { Key: 'natflow:stack', Value: 'natflow' },
        { Key: 'natflow:gateway', Value: id },
      ],
    },
  });
  await sweep();
  aws.ec2.deleteGateway(id);
  await sweep();
  expect([...aws.alarms.keys()]).toEqual([]);
  await sweep();
  expect(mails).toEqual([
    {
      added: [{ id, name: 'egress-c' }],
      removed: [],
      at: expect.any(Number),
      claimedAt: expect.any(Number),
    },
    {
      added: [],
      removed: [{ id, name: 'egress-c', isDeleted: true }],
      at: expect.any(Number),
      claimedAt: expect.any(Number),
    },
  ]);
  expect(aws.calls.filter((call) => call === 'PutMetricAlarm')).toHaveLength(1);
});

test('alarms are listed over several pages, and deleted with the stack in requests of a hundred', async () => {
  for (let i = 0; i < 150; i++) {
    aws.alarms.set(`natflow-nat-${String(i).padStart(17, '0')}-followed`, {
      state: 'OK',
      since: 0,
    });
  }
  aws.alarms.set('natflow-nat-0a', { state: 'OK', since: 0 });
  aws.alarms.set('natflow-two-nat-0a-followed', { state: 'OK', since: 0 });
  await sweeping().close();
  expect([...aws.alarms.keys()]).toEqual(['natflow-nat-0a', 'natflow-two-nat-0a-followed']);
  expect(aws.calls.filter((call) => call === 'DeleteAlarms')).toHaveLength(2);
});

test('a sweep that CloudWatch throttles fails, has made the others, and the next one goes on', async () => {
  const ids = [create(1), create(2), create(3)];
  const { sweep, mails } = sweeping();
  aws.faults.push({ call: 'PutMetricAlarm', how: { code: 'ThrottlingException' } });
  await expect(sweep()).rejects.toThrow('cloudwatch:PutMetricAlarm');
  expect(aws.alarms.size).toBe(2);
  await sweep();
  expect([...aws.alarms.keys()].sort()).toEqual(ids.map((id) => `natflow-${id}-followed`));
  expect(mails.map(({ added }) => added.length)).toEqual([2, 1]);
});

test('EC2 that does not answer, or answers half, takes no alarm away', async () => {
  create(1);
  const { sweep } = sweeping();
  await sweep();
  now += 60 * MINUTE;
  aws.faults.push({ call: 'DescribeNatGateways', how: { code: 'InternalError', status: 500 } });
  await expect(sweep()).rejects.toThrow('ec2:DescribeNatGateways');
  expect(aws.alarms.size).toBe(1);
});

test("an alarm of the macro's that is gone gets its name back, because CloudFormation has it", async () => {
  const id = create(1);
  aws.stackResources.set(`AlarmNat${id.slice(4)}`, 'UPDATE_COMPLETE');
  await sweeping().sweep();
  expect([...aws.alarms.keys()]).toEqual([`natflow-${id}`]);
});

test.each(['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE'])(
  'an alarm that is %s in CloudFormation is left to it, and the gateway watched meanwhile',
  async (status) => {
    const id = create(1);
    aws.stackResources.set(`AlarmNat${id.slice(4)}`, status);
    await sweeping().sweep();
    expect([...aws.alarms.keys()]).toEqual([`natflow-${id}-followed`]);
  },
);

test('one of several alarms that is gone already does not keep the others', async () => {
  const ids = [create(1), create(2), create(3)];
  const { sweep, close } = sweeping();
  await sweep();
  aws.faults.push({ call: 'DeleteAlarms', how: { code: 'ResourceNotFound', status: 404 } });
  await close();
  expect(ids).toHaveLength(3);
  expect(aws.alarms.size).toBe(0);
});

test('the detector of a band comes with its alarm and goes with it', async () => {
  const band = { natGatewayIds: 'all', rule: { ...RULE, anomalyBand: 2 } };
  const id = create(1);
  const { sweep } = sweeping(band);
  await sweep();
  expect(aws.detectors.size).toBe(1);
  aws.ec2.deleteGateway(id);
  await sweep();
  expect([aws.alarms.size, aws.detectors.size]).toEqual([0, 0]);
});

test('alarms of the sweep follow changed parameters, and are left alone as long as nothing changes', async () => {
  create(1);
  await sweeping().sweep();
  await sweeping().sweep();
  await sweeping({ natGatewayIds: 'all', rule: { ...RULE, threshold: 5e8 } }).sweep();
  expect(aws.calls.filter((call) => call === 'PutMetricAlarm')).toHaveLength(2);
  const [alarm] = aws.alarms.values();
  expect(alarm?.definition).toMatchObject({ Threshold: 5e8 });
});

test('CloudWatch may list metrics in any order, and with members that natflow does not set', () => {
  const gateways = [{ id: 'nat-0a', state: 'available', tags: {} }];
  const known = { stack: 'natflow', choice: ALL, gateways, alarms: [], now: 0 };
  const [put] = alarmChanges(known, new Set());
  if (put?.do !== 'put') throw new Error('nothing is put');
  const { Metrics } = put.definition;
  const described = {
    ...{ ...put.definition, ActionsEnabled: true, OKActions: [] },
    Metrics: [...Metrics].reverse().map((each) => ({ ...each, AccountId: '1' })),
  };
  const alarm = {
    ...{ name: put.name, gatewayId: 'nat-0a', isFollowed: true },
    ...({ state: 'OK', configuredAt: 0, definition: described } as const),
  };
  expect(alarmChanges({ ...known, alarms: [alarm] }, new Set())).toEqual([]);
  expect(followedRemoval([alarm]).names).toEqual([put.name]);
});

test('where NatGatewayIds lists ids alone, alarms of the sweep go and those of the deployment stay', async () => {
  const id = create(1);
  await sweeping().sweep();
  aws.alarms.set(`natflow-${id}`, { state: 'OK', since: 0 });
  const { sweep, mails } = sweeping(undefined);
  await sweep();
  expect([...aws.alarms.keys()]).toEqual([`natflow-${id}`]);
  expect(mails).toEqual([]);
});
