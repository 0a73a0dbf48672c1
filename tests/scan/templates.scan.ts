import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as v from 'valibot';
import policy from '../../infra/deployer-policy.json' with { type: 'json' };
import { withPlainFunctions } from '../../services/cli/render/plain-functions.ts';
import { plainTemplate } from '../../services/cli/render/plain-template.ts';
import { snakeCase, terraformModule } from '../../services/cli/render/terraform.ts';
import type { Template } from '../../services/cli/template.ts';
import type { Fragment } from '../../services/macro/fragment.ts';
import { expandedTemplate, readTemplate, walk } from '../template/cloudformation.ts';
import { resolve, type Target } from './resolve.ts';

const ROOT = join(import.meta.dirname, '../..');
const SAM = join(process.env['NATFLOW_PYTHON'] ?? join(ROOT, '.venv'), 'bin');
const SCANNERS = join(process.env['NATFLOW_SCANNERS'] ?? join(ROOT, '.venv-scan'), 'bin');
const CARDS = 'infra/cards.yaml';
const RAW = ['template.yaml', 'infra/macro.yaml'];
/** Some parameters are read by the macro alone, so nothing of them is left when it is done. */
const READ_BY_MACRO = 'W2001';

const REGIONS = ['us-east-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'];
const TARGETS: readonly Target[] = [
  { partition: 'aws', region: 'us-east-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
  { partition: 'aws-eusc', region: 'eusc-de-east-1' },
];

/** What `natflow render` writes: neither macro nor SAM. */
const RENDERED = plainTemplate(readTemplate('template.yaml'), () => 'code.zip');

let folder: string;
/** The templates after macro and SAM, each once: most regions have the same. */
const expanded = new Map<string, Fragment>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'natflow-scan-'));
  const template = JSON.stringify(expandedTemplate());
  for (const region of REGIONS) {
    const python = join(SAM, 'python');
    const translated = await run(python, ['tests/scan/translate.py', region], template);
    if ([...expanded.values()].some((each) => JSON.stringify(each) === translated)) continue;
    const file = join(folder, `${region}.json`);
    expanded.set(file, JSON.parse(translated));
    await writeTemplate(file, expanded.get(file));
  }
  await writeTemplate(join(folder, 'rendered.json'), RENDERED);
}, 240_000);

afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** Writes a template in many lines: checkov's findings quote all lines of a resource. */
async function writeTemplate(file: string, template: unknown): Promise<void> {
  await writeFile(file, JSON.stringify(template, undefined, 2));
}

/** Runs a program with text as its standard input; rejects with all it says when it fails. */
async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = execFile(program, args, { cwd: ROOT, maxBuffer: 1 << 26 });
  const exit = new Promise((done) => child.once('close', done));
  child.stdin?.end(input);
  const said = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  const [code, out = '', errors = ''] = [await exit, ...(await Promise.all(said))];
  if (code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${out}\n${errors}`);
  return out;
}

test('cfn-lint has nothing to say in any of the regions', async () => {
  const options = ['--regions', ...REGIONS, '--ignore-checks', READ_BY_MACRO, '--'];
  expect(await run(join(SAM, 'cfn-lint'), [...options, ...RAW, ...expanded.keys()])).toBe('');
});

test('cfn-lint has nothing to say about the template of cards, where there are API destinations', async () => {
  expect(await run(join(SAM, 'cfn-lint'), ['--regions', 'us-east-1', '--', CARDS])).toBe('');
});

test('cfn-lint has nothing to say about the rendered template, with all its checks', async () => {
  const options = ['--regions', ...REGIONS, '--', join(folder, 'rendered.json')];
  expect(await run(join(SAM, 'cfn-lint'), options)).toBe('');
});

test("what is made of the functions of the template is what AWS's own SAM transform makes of them", async () => {
  const original = readTemplate('template.yaml');
  const python = join(SAM, 'python');
  const input = JSON.stringify(original);
  const bySam: Template = JSON.parse(
    await run(python, ['tests/scan/translate.py', REGIONS[0] ?? ''], input),
  );
  const { Resources } = withPlainFunctions(original, () => ({ S3Bucket: 'bucket', S3Key: 'key' }));
  expect(Object.keys(Resources).sort()).toEqual(Object.keys(bySam.Resources).sort());
  for (const [id, resource] of Object.entries(bySam.Resources)) {
    // Without SAM's mark, and without the metadata of the function on what it makes of its events.
    const { Tags: _, ...Properties } = resource.Properties ?? {};
    const { Metadata: _sam, ...sam } = /^AWS::(Lambda|Scheduler)/.test(resource.Type)
      ? { ...resource, Properties }
      : resource;
    const { Metadata: _own, ...own } = Resources[id] ?? {};
    expect({ id, Properties: {}, ...own }).toEqual({ id, ...sam });
  }
});

test('the Terraform module is read by an HCL parser, with the parameters and outputs of the template', async () => {
  const files = Object.entries(terraformModule(RENDERED, 'natflow-1.template.json'));
  const parsed: Record<string, Record<string, readonly Record<string, object>[]>> = {};
  for (const [name, content] of files) {
    await writeFile(join(folder, name), content);
    const said = await run(join(SCANNERS, 'hcl2tojson'), [join(folder, name)]);
    parsed[name] = JSON.parse(said);
  }
  const names = (file: string, block: string) =>
    parsed[file]?.[block]?.flatMap((each) => Object.keys(each));
  const parameters = Object.keys(RENDERED.Parameters);
  expect(names('variables.tf', 'variable')).toEqual([
    ...['stack_name', 'tags'],
    ...parameters.map(snakeCase),
  ]);
  expect(names('outputs.tf', 'output')).toEqual(Object.keys(RENDERED.Outputs).map(snakeCase));
  const [resource] = parsed['main.tf']?.['resource'] ?? [];
  expect(JSON.stringify(resource)).toContain('"aws_cloudformation_stack"');
  for (const name of parameters) expect(JSON.stringify(resource)).toContain(`"${name}":`);
});

interface Checked {
  readonly results: {
    readonly passed_checks: readonly unknown[];
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
    readonly skipped_checks: readonly {
      readonly check_id: string;
      readonly resource: string;
      readonly check_result: { readonly suppress_comment?: string };
    }[];
  };
}

test('checkov finds nothing but what the resource itself gives a reason for', async () => {
  // Without the download it asks nothing of the network.
  const options = [
    '--framework',
    'cloudformation',
    '--output',
    'json',
    '--skip-download',
    '--soft-fail',
  ];
  const out = await run(join(SCANNERS, 'checkov'), [
    ...options,
    '--file',
    ...[...RAW, CARDS],
    ...expanded.keys(),
    join(folder, 'rendered.json'),
  ]);
  const { results }: Checked = JSON.parse(out);
  expect(results.passed_checks.length).toBeGreaterThan(100);
  expect(results.failed_checks.map((each) => `${each.check_id} ${each.resource}`)).toEqual([]);
  const reasons = results.skipped_checks.map(({ check_result }) => check_result.suppress_comment);
  expect(reasons.filter((reason = '') => reason.length < 20)).toEqual([]);
});

/** What parliament finds: where, as `Resource.…`, and the name of the finding. */
async function findingsOf(template: Fragment, target: Target): Promise<string[]> {
  const policies = [...walk(template.Resources)].filter(
    ([path]) => path.at(-1) === 'PolicyDocument',
  );
  const ofRoles = policies.filter(
    ([[id = '']]) => /Role$|Policy$/.test(id) && !isOfResource(template, id),
  );
  expect(ofRoles).not.toEqual([]);
  const documents = Object.fromEntries(ofRoles.map(([path, value]) => [path.join('.'), value]));
  return await findingsIn(resolve(documents, template, target));
}

/** What parliament finds in policy documents by name: the beginning of the name, and the name of the finding. */
async function findingsIn(documents: unknown): Promise<string[]> {
  const input = JSON.stringify(documents);
  const said = await run(join(SCANNERS, 'python'), ['tests/scan/policies.py'], input);
  const lines = said.split('\n').filter((line) => line !== '');
  return [...new Set(lines.map((line) => line.replace(/^(\w+)\S*: (\w+) .*$/, '$1 $2')))].sort();
}

/** The policy of a queue, a topic or a bucket, which names principals. */
function isOfResource({ Resources }: Fragment, id: string): boolean {
  return !Resources[id]?.Type.startsWith('AWS::IAM::');
}

/** What resources give a reason for, in their metadata. */
function reasonedIn({ Resources }: Fragment): string[] {
  const skips = v.object({
    parliament: v.object({
      skip: v.array(v.object({ id: v.string(), comment: v.pipe(v.string(), v.minLength(20)) })),
    }),
  });
  return Object.entries(Resources)
    .flatMap(([id, resource]) => {
      const read = v.safeParse(skips, resource['Metadata']);
      return read.success ? read.output.parliament.skip.map((each) => `${id} ${each.id}`) : [];
    })
    .sort();
}

test.each(TARGETS)(
  'parliament finds in $region just what resources give a reason for',
  async (target) => {
    const cards = readTemplate(CARDS);
    for (const template of [...expanded.values(), cards]) {
      expect(await findingsOf(template, target)).toEqual(reasonedIn(template));
    }
  },
);

test('parliament finds in the policy of those who deploy what its conditions and names answer', async () => {
  // An action that ends in * is also one on resources of other kinds, which the statement does not name.
  const Statement = policy.Statement.filter(({ Action }) => !/:\*/.test(String(Action)));
  const stacks = policy.Statement.filter(({ Sid }) => Sid === 'Stacks');
  expect(await findingsIn({ deployer: { ...policy, Statement } })).toEqual([
    // s3:Get*Configuration, which keeps the policy short, is also an action on Storage Lens.
    'deployer RESOURCE_MISMATCH',
    // docs/security.md says how a boundary limits the deployer, whose policy allows it to make roles.
    'deployer RESOURCE_POLICY_PRIVILEGE_ESCALATION',
    // Security groups and keys have no names: only CloudFormation may, on behalf of the deployer.
    'deployer RESOURCE_STAR',
  ]);
  // The account of AWS's own transforms is `aws`.
  expect(await findingsIn({ deployer: { ...policy, Statement: stacks } })).toContain(
    'deployer INVALID_ARN',
  );
});
