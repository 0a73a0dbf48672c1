import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { createDeployer } from './deployer.ts';
import { createGateway, flowLogsOf, meter, thingsOf } from './stack.ts';

const STACK = 'natflow';
const PLACEHOLDER = 'nat-0123456789abcdef0';

let cloud: Cloud;
let gateway: string;
let clone: string;
/** The environment of a person who may do what infra/deployer-policy.json allows, and no more. */
let deployer: NodeJS.ProcessEnv;

beforeAll(async () => {
  cloud = await startCloud();
  deployer = await createDeployer(cloud, join(ROOT, 'infra/deployer-policy.json'));
  gateway = await createGateway(cloud, 'egress');
  clone = mkdtempSync(join(tmpdir(), 'natflow-clone-'));
  await cloud.run('git', ['clone', '--quiet', ROOT, clone]);
  const minute = Math.floor(Date.now() / 60_000 - 60) * 60;
  await meter(cloud, gateway, 'BytesInFromSource', 100e6, minute);
  await meter(cloud, gateway, 'BytesInFromDestination', 200e6, minute);
});

afterAll(async () => {
  await cloud?.stop();
  rmSync(clone, { recursive: true, force: true });
});

test('at a terminal npm run deploy asks four things on a clean clone, and shows what it is about to do', async () => {
  const [install = '', deploy = ''] = commandsWith('npm run deploy\n');
  await shell(install);
  const shown = await typed(deploy, ['', 'you@example.com', '', '20', 'y']);
  expect(shown).toContain('NatGatewayIds [all, or none]: ');
  expect(shown).toMatch(
    new RegExp(`preflight +${gateway} +egress, zonal, 7-day peak 300.0 MB a minute`),
  );
  expect(shown).toContain('1GB a minute suggested');
  expect(shown).toMatch(/^plan +stack natflow in eu-west-1, new$/m);
  expect(shown).toMatch(/^permission ControllerRole: .*ec2:CreateFlowLogs/m);
  expect(shown).toMatch(/^cost +\$3.05 a month while nothing is recorded/m);
  expect(shown).toContain('Successfully created/updated stack - natflow in eu-west-1');
  expect(shown).toMatch(/^ok +macro +NatflowAlarms has version/m);
  const stack = ['cloudformation', 'describe-stacks', '--stack-name', STACK];
  const parameters = await cloud.aws<Record<string, string>[]>(
    ...[...stack, '--query', 'Stacks[0].Parameters'],
  );
  expect(parameters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ParameterKey: 'MonthlyBudget', ParameterValue: '20' }),
      expect.objectContaining({ ParameterKey: 'EmailAddress', ParameterValue: 'you@example.com' }),
    ]),
  );
  const processed = await cloud.aws<{ TemplateBody: object }>(
    ...['cloudformation', 'get-template', '--stack-name', STACK, '--template-stage', 'Processed'],
  );
  const file = join(clone, 'processed.json');
  await writeFile(file, JSON.stringify(processed.TemplateBody));
  // Some parameters are read by the macro only, so the processed template does not use them.
  await cloud.run('cfn-lint', [file, '--ignore-checks', 'W2001']);
}, 600_000);

test('a check, a recording by hand, and nothing left of it or of the stack', async () => {
  const [doctor = '', start = '', stop = '', undeploy = ''] = commandsWith('natflow record start');
  expect(await shell(doctor)).toMatch(/^ok +gateways +1 gateway can be recorded/m);
  await shell(start);
  expect(await flowLogsOf(cloud, STACK)).toHaveLength(1);
  await shell(stop);
  expect(await flowLogsOf(cloud, STACK)).toEqual([]);
  const shown = await shell(undeploy, ['y', 'y']);
  expect(shown).toMatch(/undeploy +the archive stays, and empties itself: s3:\/\/natflow-archive-/);
  expect(await thingsOf(cloud, STACK)).toEqual({});
}, 300_000);

test('a deployment from CI is one command that asks nothing, and names what is missing', async () => {
  const [deploy = ''] = commandsWith('deploy -- --nat all');
  await expect(shell('npm run deploy')).rejects.toThrow(/what to watch is missing: --nat/);
  const shown = await shell(deploy);
  expect(shown).toMatch(/^plan +stack natflow in eu-west-1, new$/m);
  expect(shown).toContain('Successfully created/updated stack - natflow in eu-west-1');
  expect((await thingsOf(cloud, STACK))['functions']).toContain('natflow-controller');
  await shell('npm run undeploy -- --no-prompts');
  expect(await thingsOf(cloud, STACK)).toEqual({});
}, 300_000);

test('the plain SAM commands do the same', async () => {
  const [, build = '', macro = '', main = ''] = commandsWith('sam deploy --guided');
  await shell(build);
  // Stack, region, two parameters; no review of the change set.
  await shell(macro, ['', '', '', '', 'n', ...DEFAULTS]);
  await shell(main, mainAnswers());
  const { functions } = await thingsOf(cloud, STACK);
  expect(functions).toEqual(expect.arrayContaining(['natflow-controller', 'natflow-forwarder']));
  await shell('npm run undeploy -- --no-prompts');
  expect(await thingsOf(cloud, STACK)).toEqual({});
}, 300_000);

test.each(['.', 'infra'])(
  'sam validate --lint and cfn-lint report nothing on %s',
  async (directory) => {
    const template = directory === '.' ? 'template.yaml' : 'macro.yaml';
    await cloud.run('sam', ['validate', '--lint'], directory);
    expect(await cloud.run('cfn-lint', [template], directory)).toBe('');
  },
);

test('the policy for those who deploy allows all of these calls, and is what allows them', async () => {
  expect(cloud.denied()).toEqual([]);
  expect(cloud.needed()).toEqual(
    expect.arrayContaining([
      ...['cloudformation:CreateChangeSet', 'cloudformation:DeleteStack', 's3:PutObject'],
      ...['lambda:InvokeFunction', 'lambda:ListFunctions', 'cloudwatch:GetMetricData'],
    ]),
  );
  await expect(shell('aws iam list-users')).rejects.toThrow(/deployer.*iam:ListUsers/s);
});

/** Empty answers, enough to accept the defaults of all remaining prompts. */
const DEFAULTS = Array.from({ length: 10 }, () => '');

/** The answers to the prompts: `all` for the gateways, no review, the defaults for everything else. */
function mainAnswers(): string[] {
  const template = readFileSync(join(ROOT, 'template.yaml'), 'utf8');
  const parameters =
    /^Parameters:\n((?: .*\n|\n)*)/m.exec(template)?.[1]?.match(/^ {2}\w+:$/gm) ?? [];
  return ['', '', 'all', ...parameters.slice(1).map(() => ''), 'n', ...DEFAULTS];
}

/** The lines of the README's code block with this command, with the id of a gateway that exists. */
function commandsWith(command: string): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  const [block = ''] = blocks.filter((each) => each.includes(command));
  return block.replaceAll(PLACEHOLDER, gateway).trim().split('\n');
}

/** Runs a line in a shell in the clone as the deployer, and answers its prompts. Returns the output. */
async function shell(line: string, answers: readonly string[] = []): Promise<string> {
  const child = spawn('bash', ['-c', `${line} 2>&1`], { cwd: clone, env: deployer });
  child.stdin.on('error', () => undefined).end(`${answers.join('\n')}\n`);
  const [shown, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${line} ended with ${code}\n${shown}`);
  return shown;
}

/** Runs a line at a terminal of its own, which util-linux's `script` makes, and answers each prompt when it comes. */
async function typed(line: string, answers: readonly string[]): Promise<string> {
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: clone, env: deployer });
  const left = [...answers];
  let shown = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    shown += piece;
    const visible = stripVTControlCharacters(shown);
    if (!/\]:? $/.test(visible) || visible.length === answered) return;
    answered = visible.length;
    child.stdin.write(`${left.shift() ?? ''}\n`);
  });
  const [code] = await once(child, 'close');
  const output = stripVTControlCharacters(shown).replaceAll('\r', '');
  if (code !== 0) throw new Error(`${line} ended with ${code}\n${output}`);
  return output;
}
