import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { MACRO_NAME, MACRO_VERSION } from '../../shared/contract/macro.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { FakeAws } from '../local-aws/fake-aws.ts';
import { continuousIn } from './deploy.ts';

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
    'vpc-0a,tgw-0b',
  ],
  [['--parameter-overrides', 'NatGatewayIds=all ContinuousSources="vpc-0a" Legs=all'], 'vpc-0a'],
  [['--parameter-overrides=ContinuousSources=vpc-0a'], 'vpc-0a'],
  [['ParameterKey=ContinuousSources,ParameterValue=tgw-attach-0c'], 'tgw-attach-0c'],
  [['--parameter-overrides', 'NatGatewayIds=all'], ''],
  [[], ''],
])("of SAM's options %j, %j is exported all the time", (options, sources) => {
  expect(continuousIn(options)).toBe(sources);
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
