import { expect, test } from '@jest/globals';
import { LEGS } from '../../shared/flow/legs.ts';
import { isPrivateHost } from '../../shared/flow/private-addresses.ts';
import { readBytes } from '../../shared/gateway/choose-gateways.ts';
import { controllerSettings } from '../../shared/settings/controller.ts';
import { forwarderSettings } from '../../shared/settings/export.ts';
import { reporterSettings } from '../../shared/settings/reporter.ts';
import {
  AlarmParameters,
  NUMBER_PARAMETERS,
  TEXT_PARAMETERS,
} from '../../shared/stack-parameters.ts';

import { readTemplate, walk } from './cloudformation.ts';

interface Parameter {
  readonly Type: string;
  readonly Default?: string | number;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly (string | number)[];
}

const template = readTemplate('template.yaml');
const parameters = template['Parameters'] as Readonly<Record<string, Parameter>>;
const variables = [...walk(template)]
  .filter(([path]) => path.at(-3) === 'Environment' && path.at(-2) === 'Variables')
  .map(([path, value]) => [path.at(-1), (value as { Ref?: string }).Ref] as const);

test.each(Object.entries(NUMBER_PARAMETERS))(
  '%s has the defaults and limits of the code',
  (name, own) => {
    const { maximum = undefined, ...limits } = { maximum: undefined, ...own };
    expect(parameters[name]).toMatchObject({
      Type: 'Number',
      Default: limits.default,
      MinValue: limits.minimum,
    });
    expect(parameters[name]?.MaxValue).toBe(maximum);
    expect(variables).toContainEqual([own.variable, name]);
  },
);

test.each(Object.entries(TEXT_PARAMETERS))('%s has the default of the code', (name, own) => {
  expect(parameters[name]?.Default).toBe(own.default);
  expect(variables).toContainEqual([own.variable, name]);
});

test.each(Object.entries(AlarmParameters))(
  '%s has the default of the code, which the sweep reads as the macro does',
  (name, own) => {
    expect(String(parameters[name]?.Default)).toBe(own.default);
    expect(variables).toContainEqual([own.variable, name]);
  },
);

test('every parameter that a function reads is declared in the code', () => {
  const all = { ...NUMBER_PARAMETERS, ...TEXT_PARAMETERS, ...AlarmParameters };
  const declared = new Set(Object.keys(all));
  const read = variables.flatMap(([, name]) =>
    name !== undefined && name in parameters ? [name] : [],
  );
  expect(read.filter((name) => !declared.has(name))).toEqual([]);
});

const REGION = {
  NATFLOW_STACK: 'a',
  AWS_REGION: 'b',
  NATFLOW_ARCHIVE: 'c',
  NATFLOW_TOPIC_ARN: 'd',
  NATFLOW_TABLE: 'e',
  NATFLOW_STREAM_ARN: 'f',
  NATFLOW_SCHEDULE_GROUP: 'g',
  NATFLOW_SCHEDULE_ROLE_ARN: 'h',
};

test.each([
  ['NetFlowVersion', ['5', '9', 'ipfix', 'v9', 'netflow'], forwarderSettings],
  ['Legs', [...LEGS, 'both', 'Private'], forwarderSettings],
  ['ExporterOptions', ['none', 'sampling', 'all', 'true', 'All'], forwarderSettings],
  ['FlowRate', ['1', '100000', 'max', '0', '-1', '1e3', '1000000000', 'fast'], forwarderSettings],
  [
    'Collectors',
    [
      ...['a', 'a:1', '10.0.0.1:2055,b', '[2001:db8::1]:9995', '2001:db8::1', 'a b', 'a:'],
      ...['a,,b', ':1', 'udp://a', 'udp://[::1]:1,a,udp://b:2', 'udp://', 'tcp://a:1', 'udp:a'],
    ],
    forwarderSettings,
  ],
  [
    'GroupBy',
    ['', 'namespace', 'tag:my team/x', 'a;b', 'a"', 'label:app.kubernetes.io/name', 'é'],
    reporterSettings,
  ],
  [
    'MonthlyBudget',
    ['', '0', '20', '0.5', '.5', '1e3', '-1', '$20', '1234567'],
    controllerSettings,
  ],
  ...(['CentralBucket', 'MonthlyReportOf'] as const).map(
    (name) =>
      [
        name,
        [
          ...[
            '',
            'bucket',
            'my.bucket-1/a/b=c',
            'bucket/',
            'Bucket',
            's3://bucket',
            'ab',
            'bucket//a',
          ],
          ...['bucket/*', 'bucket/a b', 'bucket/${aws:x}', '/a'],
        ],
        reporterSettings,
      ] as const,
  ),
  ['NatPrice', ['0.045', '1', '0', '.5', '1e-3', '-1', '1,5', '1234567'], reporterSettings],
] as const)('the template takes for %s what the code takes', (name, samples, read) => {
  const { variable } = TEXT_PARAMETERS[name];
  const isRead = (text: string) => {
    try {
      read({ ...REGION, [variable]: text });
      return true;
    } catch {
      return false;
    }
  };
  expect(samples.map((text) => [text, allows(name, text)])).toEqual(
    samples.map((text) => [text, isRead(text)]),
  );
});

test('the template accepts the same values for Threshold as the code', () => {
  const samples = ['1GB', '500 MB', '1.5GiB', '100', '7b', '1PB', 'GB', '-1', '1e9', '1,5GB'];
  const isRead = (text: string) => {
    const faults: string[] = [];
    readBytes('Threshold', text, (fault) => faults.push(fault));
    return faults.length === 0;
  };
  expect(samples.map((text) => [text, allows('Threshold', text)])).toEqual(
    samples.map((text) => [text, isRead(text)]),
  );
});

test('the saved queries have the same private ranges as the code', () => {
  const { Query } = template['Mappings'] as {
    Query: { LogsInsights: { Private: string }; Athena: { Exchanges: string } };
  };
  const insights = Query.LogsInsights.Private.slice(1, -1);
  const athena = [...Query.Athena.Exchanges.matchAll(/regexp_like\(\w+, '([^']+)'\)/g)].map(
    ([, pattern = '']) => pattern,
  );
  expect(athena).toHaveLength(2);
  for (const pattern of [insights, ...athena]) {
    const addresses = everySixteenBits();
    const differing = addresses.filter(
      (text) => new RegExp(pattern).test(text) !== isPrivateHost(text),
    );
    expect(differing).toEqual([]);
  }
});

function everySixteenBits(): string[] {
  const numbers = Array.from({ length: 65_536 }, (_, bits) => bits);
  return numbers.flatMap((bits) => [`${bits >> 8}.${bits & 255}.1.2`, `${bits.toString(16)}::1`]);
}

function allows(name: string, text: string): boolean {
  const { AllowedValues, AllowedPattern } = parameters[name] ?? {};
  if (AllowedValues !== undefined) return AllowedValues.includes(text);
  // CloudFormation anchors the pattern at both ends.
  return new RegExp(`^(?:${AllowedPattern})$`).test(text);
}
