import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import { openFolder } from '../support/folder.ts';
import { controllerEnvironment, GATEWAY, LocalStack, REGIONAL } from './local-stack.ts';

const folder = openFolder();
const environment = { ...process.env };
let aws: FakeAws;
let stack: LocalStack;

beforeAll(async () => {
  aws = await FakeAws.start();
  Object.assign(process.env, controllerEnvironment(aws.endpoint));
});
beforeEach(() => {
  stack = new LocalStack(aws, folder.path);
  stack.environment['NATFLOW_NAT_GATEWAY_IDS'] = 'all';
});
afterAll(() => {
  aws.stop();
  process.env = environment;
});

/** What doctor says about gateways, and whether they are followed. */
async function found(): Promise<string[]> {
  const { findings = [] } = readControllerAnswer(JSON.parse(JSON.stringify(await stack.doctor())));
  return findings
    .filter(({ check }) => check === 'gateways' || check === 'following')
    .map(({ status, check, text }) => `${status} ${check}: ${text}`);
}

test('a stack whose gateways all have their alarm follows the account', async () => {
  expect(await found()).toEqual([
    'ok gateways: 2 gateways can be recorded, as a dry run of CreateFlowLogs says',
    'ok following: natflow follows all: 2 gateways today, each with its alarm',
  ]);
});

test('a gateway without its alarm is named, and where to look', async () => {
  aws.alarms.delete(`natflow-${GATEWAY}`);
  expect(await found()).toContain(
    `unknown following: ${GATEWAY} has no alarm yet: a sweep makes it within the hour, and its log says why if it cannot`,
  );
});

test('the alarm of a deleted gateway is left to the sweep', async () => {
  aws.ec2.deleteGateway(REGIONAL);
  expect(await found()).toContain(
    `unknown gateways: ${REGIONAL} is deleted: a sweep removes its alarm within the hour`,
  );
});

test('a stack that follows an account without gateways is no fault', async () => {
  aws.ec2.gateways.clear();
  aws.alarms.clear();
  expect(await found()).toEqual([
    'unknown gateways: no alarm watches a NAT gateway yet: natflow follows those that come',
    'ok following: natflow follows all: none today',
  ]);
});
