import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { MACRO_NAME, MACRO_VERSION } from '../../shared/contract/macro.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { FakeAws } from '../local-aws/fake-aws.ts';
import { askFor, overridesIn, valuesAfter } from './deploy-answers.ts';
import { planLines } from './deploy-plan.ts';
import { readTemplate } from './template.ts';

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
  const deploying = deploy();
  await expect(deploying).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `natflow: the macro NatflowAlarms is deployed in version ${version}, and this natflow has version ${MACRO_VERSION}: deploy with a newer natflow\n`,
  });
});

test('without a terminal nothing is asked, and what is missing is said', async () => {
  await expect(deploy('--email', 'ops@example.org')).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr:
      'natflow: what to watch is missing: --nat with ids, tag:Key=Value or all, or --parameter-overrides ContinuousSources=…\n',
  });
  await expect(
    deploy('--nat', 'all', '--parameter-overrides', 'NatGatewayIds=all'),
  ).rejects.toMatchObject({
    code: 2,
    stderr: 'natflow: NatGatewayIds is given twice, also by --parameter-overrides\n',
  });
});

/** Runs `natflow deploy` in a folder of its own, with a SAM CLI that does nothing. */
async function deploy(...options: string[]) {
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
  const natflow = join(ROOT, 'services/cli/natflow.cjs');
  const all = [natflow, 'deploy', ...options];
  return await promisify(execFile)(process.execPath, all, { cwd: folder.path, env });
}

const TEMPLATE = readTemplate('template.yaml');

/** The values that a person gives who types these lines, and what is shown beside the prompts. */
async function asked(
  lines: readonly string[],
  given: Readonly<Record<string, string>> = {},
  deployed?: Readonly<Record<string, string>>,
) {
  const left = [...lines];
  const shown: string[] = [];
  const ask = async (prompt: string) => {
    shown.push(prompt);
    return left.shift();
  };
  const before = deployed && new Map(Object.entries(deployed));
  const options = new Map(Object.entries(given));
  const answers = await askFor(TEMPLATE, options, before, ask, (line) => shown.push(line));
  return { values: Object.fromEntries(answers), shown };
}

test('four things are asked, each with its description; Enter takes what is proposed', async () => {
  const { values, shown } = await asked(['', 'ops@example.org', '', '20']);
  expect(values).toEqual({
    NatGatewayIds: 'all',
    EmailAddress: 'ops@example.org',
    Collectors: '',
    MonthlyBudget: '20',
  });
  expect(shown.filter((line) => line.endsWith(': '))).toEqual([
    'NatGatewayIds [all, or none]: ',
    'EmailAddress [none]: ',
    'Collectors [none]: ',
    'MonthlyBudget [none]: ',
  ]);
  for (const name of Object.keys(values)) {
    expect(shown.join('\n')).toContain(TEMPLATE.Parameters[name]?.Description);
  }
});

test('what an option gives is not asked, and what is deployed is proposed', async () => {
  const deployed = { EmailAddress: 'ops@example.org', Collectors: '10.0.9.9', MonthlyBudget: '5' };
  const { values } = await asked(['', 'none', ''], { NatGatewayIds: 'nat-0a' }, deployed);
  expect(values).toEqual({
    EmailAddress: 'ops@example.org',
    Collectors: '',
    MonthlyBudget: '5',
  });
});

test('a value that the parameter does not take is asked again, and an end of the input ends it', async () => {
  const { values, shown } = await asked(['all', 'me', 'me@example.org', '', '']);
  expect(shown).toContain('"me" is not an e-mail address, or empty');
  expect(values['EmailAddress']).toBe('me@example.org');
  await expect(asked(['all'])).rejects.toThrow('no answer came: nothing was deployed');
});

test('the plan says what is watched, who is told, and what it costs; the cost is that of the docs', () => {
  const given = { NatGatewayIds: 'all', Collectors: '10.0.9.9:2055', MonthlyBudget: '20' };
  const values = valuesAfter(TEMPLATE, new Map(Object.entries(given)), undefined);
  const place = { stack: 'natflow', region: 'us-east-1', isNew: true };
  const text = planLines(TEMPLATE, { ...place, values, gateways: 1 }).join('\n');
  expect(text).toContain('watches all: 1 NAT gateway today, above 1GB a minute');
  expect(text).toContain('sends no mail');
  expect(text).toContain('sends NetFlow v5 to 10.0.9.9:2055');
  expect(text).toMatch(/^permission ControllerRole: .*ec2:CreateFlowLogs/m);
  expect(text).not.toContain('ReplayerRole');
  // docs/operating.md: one gateway, and a gigabyte of text.
  expect(text).toContain('$3.05 a month while nothing is recorded');
  expect(text).toMatch(/\$0.38 for each GiB.*for \$20 a month at most/);
});

test('a wrong value is named with what it should be', () => {
  const wrong = new Map([...Object.entries({ EmailAddress: 'me', Colour: 'red' })]);
  expect(() => valuesAfter(TEMPLATE, wrong, undefined)).toThrow(
    'EmailAddress: "me" is not an e-mail address, or empty; there is no parameter Colour',
  );
});
