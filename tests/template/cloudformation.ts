import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CollectionTag, parse, type ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import { ROOT } from '../../infra/root.ts';
import { expand } from '../../services/macro/expand.ts';
import type { Fragment } from '../../services/macro/fragment.ts';

const SHORT_FORMS = [
  'And',
  'Equals',
  'FindInMap',
  'If',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];

/** A template of the repository with short forms expanded, as CloudFormation reads it. */
export function readTemplate(path: string): Fragment {
  return parse(readFileSync(join(ROOT, path), 'utf8'), { customTags: tags() });
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

function tags(): (ScalarTag | CollectionTag)[] {
  return [
    scalar('Ref', (text) => ({ Ref: text })),
    scalar('Condition', (text) => ({ Condition: text })),
    scalar('GetAtt', (text) => ({ 'Fn::GetAtt': text.split(/\.(.*)/).slice(0, 2) })),
    ...SHORT_FORMS.flatMap((name) => [
      scalar(name, (text) => ({ [`Fn::${name}`]: text })),
      collection(name, 'seq'),
      collection(name, 'map'),
    ]),
  ];
}

function scalar(name: string, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `!${name}`, resolve };
}

function collection(name: string, kind: 'seq' | 'map'): CollectionTag {
  return {
    tag: `!${name}`,
    collection: kind,
    resolve: (value) => {
      if (!(value instanceof YAMLSeq || value instanceof YAMLMap)) return value;
      const spelledOut = new YAMLMap();
      spelledOut.set(`Fn::${name}`, value);
      return spelledOut;
    },
  };
}
