import { expect, test } from '@jest/globals';
import { expand } from '../../services/macro/expand.ts';
import { readTemplate } from '../template/cloudformation.ts';
import { schemaFaults } from '../template/schema.ts';

const template = readTemplate('template.yaml');
/** Bytes of a template that CloudFormation reads from S3, and widgets of a dashboard. */
const MOST_BYTES = 1_000_000;
const MOST_WIDGETS = 500;

interface Widget {
  readonly type: string;
  readonly properties: { readonly title: string; readonly alarms: readonly string[] };
}

function expandFor(count: number, parameters: Record<string, string> = {}) {
  const gateways = Array.from({ length: count }, (_, i) => ({
    id: `nat-${String(i).padStart(17, '0')}`,
    state: 'available',
    tags: { Name: `egress of environment number ${i}` },
  }));
  const templateParameterValues = { NatGatewayIds: 'all', Threshold: '1GB', ...parameters };
  return expand(
    { fragment: template, templateParameterValues },
    { gateways, subnets: [], sources: [] },
  );
}

function widgetsOf({ Resources }: ReturnType<typeof expandFor>): Widget[] {
  const { DashboardBody } = Resources['Dashboard']?.Properties ?? {};
  const {
    'Fn::Sub': [body],
  } = DashboardBody as { 'Fn::Sub': [string] };
  return JSON.parse(body).widgets;
}

test.each([
  [1, [1]],
  [100, [100]],
  [101, [100, 1]],
  [150, [100, 50]],
  [410, [100, 100, 100, 100, 10]],
])('%i gateways make a template within all limits, with alarm widgets of %j', (count, sizes) => {
  const expanded = expandFor(count);
  const faults = Object.entries(expanded.Resources).flatMap(([id, each]) => schemaFaults(id, each));
  expect(faults).toEqual([]);
  expect(JSON.stringify(expanded).length).toBeLessThan(MOST_BYTES);
  const widgets = widgetsOf(expanded);
  expect(widgets.length).toBeLessThanOrEqual(MOST_WIDGETS);
  const alarms = widgets
    .filter(({ type }) => type === 'alarm')
    .map((each) => each.properties.alarms);
  expect(alarms.map(({ length }) => length)).toEqual(sizes);
  expect(new Set(alarms.flat()).size).toBe(count);
});

test.each([
  [
    600,
    {},
    /^600 NAT gateways make 6\d\d resources, and a stack has 500 at most: watch them with 2 stacks/,
  ],
  [250, { AnomalyBand: '2' }, /^250 NAT gateways make 5\d\d resources.*with 2 stacks/],
])('%i gateways with %j are refused in a sentence', (count, parameters, sentence) => {
  expect(() => expandFor(count, parameters)).toThrow(sentence);
});

test('parts of a list of alarms are numbered, one part is not', () => {
  const titles = (count: number) =>
    widgetsOf(expandFor(count)).flatMap(({ type, properties }) =>
      type === 'alarm' ? [properties.title] : [],
    );
  expect(titles(2)).toEqual(['NAT gateways']);
  expect(titles(150)).toEqual(['NAT gateways, 1 of 2', 'NAT gateways, 2 of 2']);
});
