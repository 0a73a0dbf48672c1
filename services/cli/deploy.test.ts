import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { MACRO_NAME, MACRO_VERSION } from '../../shared/contract/macro.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { FakeAws } from '../local-aws/fake-aws.ts';
import { overridesIn } from './deploy-answers.ts';

jest.setTimeout(PATIENCE_MS);

const ROOT = join(import.meta.dirname, '../..');
const folder = openFolder();
let aws: FakeAws;

beforeEach(async () => {
  aws = await FakeAws.start();
});
afterEach(() => aws.stop());

test.each([
  [
    ['--parameter-overrides', 'NatGatewayIds=all', 'ContinuousSources=vpc-0a,tgw-0b'],
    { NatGatewayIds: 'all', ContinuousSources: 'vpc-0a,tgw-0b' },
  ],
  [
    ['--parameter-overrides', 'NatGatewayIds=all GroupBy="tag:cost centre" Legs=all'],
    { NatGatewayIds: 'all', GroupBy: 'tag:cost centre', Legs: 'all' },
  ],
  [['--parameter-overrides=ContinuousSources=vpc-0a'], { ContinuousSources: 'vpc-0a' }],
  [
    ['--parameter-overrides', 'ParameterKey=ContinuousSources,ParameterValue=tgw-attach-0c'],
    { ContinuousSources: 'tgw-attach-0c' },
  ],
  [
    ['--parameter-overrides', 'NatGatewayIds=tag:a=b', '--tags', 'Team=web'],
    { NatGatewayIds: 'tag:a=b' },
  ],
  [['--no-confirm-changeset'], {}],
])("SAM's options %j override %j", (options, values) => {
  expect(Object.fromEntries(overridesIn(options))).toEqual(values);
});

test('a newer macro is not replaced, and nothing is deployed', async () => {
  const version = MACRO_VERSION + 1;
  const invoke = async () => ({ payload: { version } });
  aws.deployment.functions.set(MACRO_NAME, { state: 'Active', invoke });
  const sam = folder.write('sam', '#!/bin/sh\necho "sam $@"\n');
  await chmod(sam, 0o755);
  const env = {
    ...process.env,
    PATH: [folder.path, process.env['PATH']].join(delimiter),
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  };
  const deploying = promisify(execFile)(process.execPath, ['services/cli/natflow.cjs', 'deploy'], {
    cwd: ROOT,
    env,
  });
  await expect(deploying).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `natflow: the macro NatflowAlarms is deployed in version ${version}, and this natflow has version ${MACRO_VERSION}: deploy with a newer natflow\n`,
  });
});
