import { expect, test } from '@jest/globals';
import type { EndpointPorts } from '../../shared/aws/gateway-endpoints.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { reportOn, storyLines, storyNetwork } from '../../tests/reporter/story.ts';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { RunError, UsageError } from './errors.ts';
import { fixCommand } from './fix.ts';

const ID = 'nat-0c11aa22bb33cc44d-20261122T101430Z-1';
const report = reportOn(storyLines(), { network: storyNetwork() });
const shown = { report: JSON.parse(renderJson(report)), html: '', link: '' };
const WRITES: Pick<EndpointPorts, 'create' | 'extend' | 'mark'> = {
  create: async () => {
    throw new Error('ec2:CreateVpcEndpoint is not allowed');
  },
  extend: async () => {},
  mark: async () => {},
};
const asked: unknown[] = [];
const { RouteTables } = storyNetwork();
const { typed, printed } = typedCommand((invoke) =>
  fixCommand(invoke, async (region) => ({
    ...WRITES,
    describe: async (vpcIds) => {
      asked.push({ region, vpcIds });
      return { VpcEndpoints: [], RouteTables };
    },
  })),
);

test("a recording's report is asked of its stack, and its VPC of the report's region", async () => {
  expect(await typed(`fix ${ID} --stack two`, { shown })).toEqual([
    ['two-reporter', { command: 'show', id: ID }],
  ]);
  expect(asked).toEqual([{ region: 'us-east-1', vpcIds: ['vpc-0aa11bb22cc33dd44'] }]);
  expect(printed()).toMatch(
    /^create {5}gateway endpoint for S3 in vpc-0aa11bb22cc33dd44, for rtb-0bb1, rtb-0bb2: would have saved \$1\.58 of the \$1\.87 spent, if these buckets are in us-east-1\n {11}aws ec2 create-vpc-endpoint /,
  );
});

test('what AWS refuses is told for each step, and the command fails', async () => {
  await expect(typed(`fix ${ID} --apply`, { shown })).rejects.toThrow(
    new RunError('2 of 2 could not be done'),
  );
  expect(printed().match(/^failed .*: ec2:CreateVpcEndpoint is not allowed$/gm)).toHaveLength(2);
});

test('a report without advice has nothing to do', async () => {
  const calm = { ...shown, report: { ...shown.report, advice: [] } };
  await typed(`fix ${ID}`, { shown: calm });
  expect(printed()).toBe('the report advises no gateway endpoint\n');
});

test('a recording without a report, and a file that is not there, are sentences', async () => {
  await expect(typed('fix other', {})).rejects.toThrow(new RunError('there is no report of other'));
  await expect(typed('fix ./missing.json', {})).rejects.toThrow(UsageError);
});
