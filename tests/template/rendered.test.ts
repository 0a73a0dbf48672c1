import { expect, test } from '@jest/globals';
import policy from '../../infra/deployer-policy.json' with { type: 'json' };
import { renderedPolicy } from '../../services/cli/render/deployer-policy.ts';
import { withPlainFunctions } from '../../services/cli/render/plain-functions.ts';
import { plainTemplate } from '../../services/cli/render/plain-template.ts';
import { snakeCase, terraformModule } from '../../services/cli/render/terraform.ts';
import { readTemplate, type Template } from '../../services/cli/template.ts';
import { conditionsThatHold } from '../../services/cli/template-conditions.ts';

const original = readTemplate('template.yaml');
const rendered = plainTemplate(original, (codeUri) => `${codeUri.replace('dist/', '')}-1.zip`);
const text = JSON.stringify(rendered);
const module = terraformModule(rendered, 'natflow-1.template.json');

/** What the macro alone can do, and what there is in its place. */
const WITHOUT = ['ContinuousSources', 'DnsNames', 'DnsServers'];
const MORE = ['ArtifactBucket', 'ArtifactPrefix'];
const GONE = /^Continuous|^QueryLogConfig$|^ForwarderSecurityGroup$/;
/** Resources that are not as in the template: functions, what the macro fills, and what names what is gone. */
const OTHERWISE = [
  'ArchivePolicy',
  'Archive',
  'ControllerFunction',
  'ControllerRole',
  'Dashboard',
  'ForwarderFunction',
  'ForwarderPolicy',
  'Recordings',
  'ReplayerFunction',
  'ReporterFunction',
  'StreamRole',
].sort();

test('the rendered template has no transform, and nothing of SAM and the macro', () => {
  expect(rendered).not.toHaveProperty('Transform');
  expect(rendered).not.toHaveProperty('Globals');
  expect(text).not.toMatch(/Serverless|NatflowAlarms|natflow-gateways|natflow-continuous|dist\//);
});

test('its parameters are those of the template, without what needs the macro, and with the place of the code', () => {
  const same = Object.keys(original.Parameters).filter((name) => !WITHOUT.includes(name));
  expect(Object.keys(rendered.Parameters).sort()).toEqual([...MORE, ...same].sort());
  const changed = Object.keys(original.Parameters)
    .filter((name) => name in rendered.Parameters)
    .filter((name) => !sameAs(rendered.Parameters[name], original.Parameters[name]));
  expect(changed).toEqual(['NatGatewayIds', 'SubnetIds', 'SecurityGroupIds']);
  const groups = JSON.stringify(rendered.Metadata['AWS::CloudFormation::Interface']);
  for (const name of Object.keys(rendered.Parameters)) expect(groups).toContain(`"${name}"`);
  for (const name of WITHOUT) expect(text).not.toContain(`"${name}"`);
});

test('its resources are those of the template but for what the macro makes, fills or feeds', () => {
  const ids = Object.keys(original.Resources).filter((id) => !GONE.test(id));
  expect(Object.keys(rendered.Resources).filter((id) => id in original.Resources)).toEqual(ids);
  const changed = ids.filter((id) => !sameAs(rendered.Resources[id], original.Resources[id]));
  expect(changed.sort()).toEqual(OTHERWISE);
  const outputs = Object.keys(original.Outputs).filter((id) => !GONE.test(id));
  expect(Object.keys(rendered.Outputs).sort()).toEqual(outputs.sort());
});

function sameAs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

test('it is above what fits into a call, and far below what CloudFormation takes from a bucket', () => {
  expect(text.length).toBeGreaterThan(51_200);
  expect(JSON.stringify(rendered, null, 1).length).toBeLessThan(500_000);
});

test.each([
  ['all', true],
  ['tag:Team=web', true],
  ['tag:Team=', true],
  ['nat-0a,nat-0b=1.5 GiB,tag:a=b,all', true],
  ['', false],
  ['nat-0a=', false],
  ['nat-0a=fast', false],
  ['nat-0a,,nat-0b', false],
  ['every', false],
])('NatGatewayIds %j is taken: %s', (value, isTaken) => {
  const { AllowedPattern } = rendered.Parameters['NatGatewayIds'] ?? {};
  expect(new RegExp(`^(?:${AllowedPattern})$`).test(value)).toBe(isTaken);
});

test.each([
  ['nat-0a', 'artifacts', ['FollowsAccount']],
  ['all', 'artifacts-REGION', ['ArtifactBucketByRegion', 'FollowsAccount']],
])(
  'with the gateways %s and the bucket %s, these conditions hold: %j',
  (gateways, bucket, names) => {
    const values = new Map([
      ...Object.entries(rendered.Parameters).map(
        ([name, { Default = '' }]) => [name, String(Default)] as const,
      ),
      ['NatGatewayIds', gateways] as const,
      ['ArtifactBucket', bucket] as const,
    ]);
    const holding = [...conditionsThatHold(rendered, values)];
    expect(holding.sort()).toEqual(
      [...names, 'HasAthena', 'HasMonthlyReport', 'MakesTopicKey'].sort(),
    );
  },
);

test('a property or an event of a function that is not known is refused, not left out', () => {
  const withChange = (change: object): Template => {
    const { ReporterFunction } = original.Resources;
    const Properties = { ...ReporterFunction?.Properties, ...change };
    const changed = { Type: 'AWS::Serverless::Function', ...ReporterFunction, Properties };
    return { ...original, Resources: { ReporterFunction: changed } };
  };
  const make = (change: object) => () => withPlainFunctions(withChange(change), () => ({}));
  expect(make({})).not.toThrow();
  expect(make({ Layers: [] })).toThrow('ReporterFunction has Layers, which is not known');
  expect(make({ Events: { Day: { Type: 'Api', Properties: {} } } })).toThrow(
    'ReporterFunctionDay is an event of the type Api, which is not known',
  );
});

test("the Terraform module has the template's parameters as variables, and its outputs", () => {
  const names = (file: string, kind: string) =>
    [...(module[file] ?? '').matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm'))].map(
      ([, name]) => name,
    );
  const parameters = Object.keys(rendered.Parameters).map(snakeCase);
  expect(names('variables.tf', 'variable')).toEqual(['stack_name', 'tags', ...parameters]);
  expect(names('outputs.tf', 'output')).toEqual(Object.keys(rendered.Outputs).map(snakeCase));
  expect(parameters).toEqual(expect.arrayContaining(['nat_gateway_ids', 'netflow_version']));
});

test.each(Object.keys(module))('%s is as terraform fmt writes it', (file) => {
  expect(formatted(module[file] ?? '')).toBe(module[file]);
});

/** What terraform fmt does of what the module needs: two spaces for each brace, and a column of equals signs. */
function formatted(hcl: string): string {
  const lines = hcl.split('\n').map((line) => line.trim());
  let depth = 0;
  const indented = lines.map((line) => {
    if (line === '}') depth -= 1;
    const text = `${'  '.repeat(line === '' ? 0 : depth)}${line}`;
    if (line.endsWith('{')) depth += 1;
    return text;
  });
  return aligned(indented)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

/** Lines of names and values that follow each other have their equals signs in one column. */
function aligned(lines: readonly string[]): string[] {
  const names = lines.map((line) => /^( *\w+) *= .*[^{]$/.exec(line)?.[1]);
  const edge = (from: number, step: 1 | -1) => {
    let at = from;
    while (names[at + step] !== undefined) at += step;
    return at;
  };
  return lines.map((line, i) => {
    const name = names[i];
    if (name === undefined) return line;
    const group = names.slice(edge(i, -1), edge(i, 1) + 1);
    const width = Math.max(...group.map((each = '') => each.length));
    return line.replace(/^( *\w+) *= */, `${name.padEnd(width)} = `);
  });
}

test("the deployer's policy of the rendered template is a part of the other one, with the artifact bucket", () => {
  const { Statement } = renderedPolicy(policy);
  const actions = (of: readonly { readonly Action: string | readonly string[] }[]) =>
    of.flatMap(({ Action }) => Action);
  const more = actions(Statement).filter((each) => !actions(policy.Statement).includes(each));
  expect(more).toEqual([]);
  const all = JSON.stringify(Statement);
  expect(all).not.toMatch(
    /route53resolver|(Create|Delete)(FlowLogs|SecurityGroup)|aws-sam|transform|Natflow/,
  );
  expect(all).toContain('"arn:aws:s3:::ARTIFACT_BUCKET/*"');
  expect(all.length).toBeLessThanOrEqual(6144);
});
