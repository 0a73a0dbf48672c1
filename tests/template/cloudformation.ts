import { readTemplate as readOriginal, type Template } from '../../services/cli/template.ts';
import { expand } from '../../services/macro/expand.ts';
import type { Fragment } from '../../services/macro/fragment.ts';

/** A template of the repository with short forms expanded, as CloudFormation reads it. */
export function readTemplate(path: string): Fragment & Template {
  return readOriginal(path);
}

/** The main template with two gateways and every option. */
export function expandedTemplate(): Fragment {
  const templateParameterValues = {
    NatGatewayIds: 'nat-0aaaaaaaaaaaaaaa1,nat-0bbbbbbbbbbbbbbb2=500MB',
    ContinuousSources: 'vpc-0123456789abcdef0,tgw-0123456789abcdef0',
    Threshold: '1GB',
    Collectors: '10.0.9.9:2055,collector.example:9995',
    SubnetIds: 'subnet-1',
    DnsNames: 'true',
  };
  const gateways = ['nat-0aaaaaaaaaaaaaaa1', 'nat-0bbbbbbbbbbbbbbb2'].map((id) => ({
    id,
    state: 'available',
    tags: {},
    vpcId: 'vpc-0123456789abcdef0',
  }));
  const request = {
    requestId: '1',
    fragment: readTemplate('template.yaml'),
    templateParameterValues,
  };
  return expand(request, {
    gateways,
    subnets: [{ id: 'subnet-1', vpcId: 'vpc-0123456789abcdef0' }],
    sources: ['vpc-0123456789abcdef0', 'tgw-0123456789abcdef0'].map((id) => ({ id, partOf: [] })),
  });
}

/** Every value of a template with its path. */
export function* walk(
  value: unknown,
  path: readonly string[] = [],
): Generator<[string[], unknown]> {
  yield [[...path], value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* walk(inner, [...path, key]);
}
