import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import type { Finding } from '../../shared/contract/doctor.ts';
import { openFolder } from '../support/folder.ts';
import { controllerEnvironment, LocalStack } from './local-stack.ts';

/** A machine may be busy. */
jest.setTimeout(60_000);

const DIST = join(import.meta.dirname, '../../dist');
const COLLECTORS = '192.0.2.9:2055,collector.invalid:2055';
/** Lambda returns this much of a function's log. */
const TAIL_CHARACTERS = 4096;

const folder = openFolder();
let aws: FakeAws;
let stack: LocalStack;
let controller: LambdaFunction;
let forwarder: LambdaFunction;
let macro: LambdaFunction;

beforeAll(async () => {
  await buildChanged(['controller', 'forwarder', 'macro']);
  aws = await FakeAws.start();
  stack = new LocalStack(aws, folder.path);
  const functionOf = (name: string, env: Record<string, string>) =>
    new LambdaFunction({
      bundle: join(DIST, name),
      name: `natflow-${name}`,
      timeoutMs: 30_000,
      env,
    });
  controller = functionOf('controller', controllerEnvironment(aws.endpoint));
  forwarder = functionOf('forwarder', { NATFLOW_COLLECTORS: COLLECTORS });
  macro = functionOf('macro', { AWS_ENDPOINT_URL: aws.endpoint });
  Object.assign(stack.forwarder, {
    ...{ environment: { NATFLOW_COLLECTORS: COLLECTORS }, subnetIds: [], securityGroupIds: [] },
    invoke: (event: unknown) => invoke(forwarder, event),
  });
  stack.macro.invoke = (event) => invoke(macro, event);
}, 60_000);

afterAll(async () => {
  await Promise.all([controller, forwarder, macro].map((each) => each?.close()));
  aws?.stop();
});

async function invoke(lambda: LambdaFunction, event: unknown) {
  const { payload, error } = await lambda.invoke(event);
  const log = `${lambda.logs.join('\n')}\n`.slice(-TAIL_CHARACTERS);
  return error === undefined ? { payload, log } : { error: error.errorMessage, log };
}

async function findings(): Promise<Finding[]> {
  const answer = await controller.call({ command: 'doctor' });
  return readControllerAnswer(answer).findings ?? [];
}

test('the built controller asks the built forwarder, whose log names the collector without an address', async () => {
  for (const _ of ['first', 'again']) {
    const found = await findings();
    const collectors = found.filter(({ check }) => check === 'collectors');
    expect(collectors.map(({ status, text }) => [status, text])).toEqual([
      ['ok', expect.stringMatching(/^192\.0\.2\.9:2055: datagrams go over the Internet/)],
      ['wrong', expect.stringMatching(/^collector\.invalid:2055: (unknown host|the name)/)],
    ]);
    expect(found.filter(({ status }) => status === 'wrong')).toHaveLength(1);
    expect(found.map(({ check }) => check)).toEqual(expect.arrayContaining(['forwarder', 'macro']));
  }
});
