import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AssociateRouteTableCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteRouteTableCommand,
  DescribeVpcEndpointsCommand,
  DisassociateRouteTableCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { fixCommand } from '../../services/cli/fix.ts';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { endpointPorts } from '../../shared/aws/gateway-endpoints.ts';
import { describeVpcs } from '../../shared/aws/vpc-description.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { readDescription } from '../../shared/report/model/vpc-description.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { renderText } from '../../shared/report/render/text.ts';
import type { Place } from '../controller/aws-contract.ts';
import { reportOn, storyLines, VPC } from '../reporter/story.ts';
import { openFolder } from '../support/folder.ts';
import { startMoto } from './moto.ts';

const REGION = 'us-east-1';
/** Before the story's first packet. */
const NOW = new Date('2026-11-22T10:00:00Z');

const folder = openFolder();
let moto: Place;
let ec2: EC2Client;
let vpcId: string;
let tables: { id: string; association: string }[];

beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_EC2: moto.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  ec2 = new EC2Client({ ...connection(moto.endpoint), region: REGION });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  vpcId = Vpc?.VpcId ?? '';
  tables = [await createSubnet('10.20.0.0/22'), await createSubnet('10.20.4.0/22')];
});
afterAll(async () => await moto.stop());

/** A subnet of the story with a route table of its own. */
async function createSubnet(CidrBlock: string): Promise<{ id: string; association: string }> {
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  const SubnetId = Subnet?.SubnetId ?? '';
  const associate = new AssociateRouteTableCommand({ RouteTableId, SubnetId });
  const { AssociationId = '' } = await ec2.send(associate);
  return { id: RouteTableId, association: AssociationId };
}

/** The report of the story in moto's VPC, as the VPC is. */
async function report(lines = storyLines()): Promise<Report> {
  const network = readDescription(await describeVpcs(ec2), 'moto');
  return reportOn(lines.replaceAll(VPC, vpcId), { network });
}

/** What the command prints, and the sentence it fails with. */
async function fix(on: Report, ...options: string[]): Promise<{ printed: string; error: string }> {
  const file = folder.write('report.json', renderJson(on));
  let printed = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  const open = async (region: string) => endpointPorts(region);
  const natflow = new Command().addCommand(
    fixCommand(
      () => Promise.reject(new Error('no stack is asked')),
      open,
      () => NOW,
    ),
  );
  const error = await natflow.parseAsync(['fix', file, ...options], { from: 'user' }).then(
    () => '',
    ({ message }: Error) => message,
  );
  spy.mockRestore();
  return { printed, error };
}

async function endpoints() {
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  return VpcEndpoints.filter(({ VpcId }) => VpcId === vpcId)
    .map(({ ServiceName, RouteTableIds, VpcEndpointType }) => ({
      ...{ service: ServiceName, type: VpcEndpointType, tables: RouteTableIds?.toSorted() },
    }))
    .sort((a, b) => `${a.service}`.localeCompare(`${b.service}`));
}

test('a plan changes nothing, and its steps are the commands of the report', async () => {
  const before = await report();
  const { printed, error } = await fix(before);
  expect(error).toBe('');
  for (const { command } of before.advice) expect(printed).toContain(command);
  expect(printed).toContain(`fix ${join(folder.path, 'report.json')} --apply`);
  expect(await endpoints()).toEqual([]);
});

test('applied, exactly the endpoints of the plan are there; applied again, it is nothing', async () => {
  const before = await report();
  const steps = JSON.parse((await fix(before, '--json')).printed).steps;
  const planned = steps.map(
    ({
      advice,
      routeTableIds,
    }: {
      advice: { endpointService: string };
      routeTableIds: string[];
    }) => ({
      ...{ service: advice.endpointService, type: 'Gateway', tables: routeTableIds.toSorted() },
    }),
  );
  const applied = await fix(before, '--apply');
  expect(applied.error).toBe('');
  expect(applied.printed.match(/^created /gm)).toHaveLength(2);
  const made = await endpoints();
  expect(made).toEqual(
    planned.sort((a: { service: string }, b: { service: string }) =>
      a.service.localeCompare(b.service),
    ),
  );
  expect(made).toHaveLength(2);
  const again = await fix(before, '--apply');
  expect(again.error).toBe('');
  expect(again.printed.match(/^nothing .* one already/gm)).toHaveLength(2);
  expect(await endpoints()).toEqual(made);
});

test('the report after it says what came of it', async () => {
  const [s3] = (await report()).services.rows.filter(({ service }) => service === 'S3');
  const without = storyLines()
    .split('\n')
    .filter((line) => !/ S3 | S3$/.test(line))
    .join('\n');
  const after = await report(without);
  const fixed = Object.fromEntries((after.fixed ?? []).map((each) => [each.service, each]));
  expect(fixed['S3']).toMatchObject({
    vpcId,
    bytes: 0,
    before: { bytes: s3?.bytes, seconds: 850 },
  });
  expect(fixed['DYNAMODB']?.bytes).toBe(fixed['DYNAMODB']?.before.bytes);
  const sentence =
    /S3 in vpc-\w+, since natflow fix gave it vpce-\w+ at 2026-11-22 10:00 UTC: 0 B /;
  expect(renderText(after)).toMatch(sentence);
  expect(writeMail(after).body).toMatch(sentence);
});

test('an endpoint that lacks a route table gets it, and its mark', async () => {
  const third = await createSubnet('10.20.8.0/22');
  const moved = storyLines().replaceAll(/10\.20\.3\.41/g, '10.20.8.41');
  const before = await report(moved);
  const { printed, error } = await fix(before, '--apply');
  expect(error).toBe('');
  expect(printed).toMatch(/^extended .*S3/m);
  const [s3] = (await endpoints()).filter(({ service }) => service?.endsWith('.s3'));
  expect(s3?.tables).toEqual([...tables.map(({ id }) => id), third.id].toSorted());
});

test('what cannot be seen is refused, and the rest is done', async () => {
  const last = await createSubnet('10.20.12.0/22');
  const before = await report(storyLines().replaceAll('10.20.3.41', '10.20.12.41'));
  await ec2.send(new DisassociateRouteTableCommand({ AssociationId: last.association }));
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId: last.id }));
  const made = await endpoints();
  const { printed, error } = await fix(before, '--apply');
  expect(error).toMatch(/^2 of 2 could not be done$/);
  expect(printed).toMatch(new RegExp(`^refused .*has no ${last.id} any more; report anew`, 'm'));
  expect(await endpoints()).toEqual(made);
});

test('a file that is no report is a sentence', async () => {
  const file = folder.write('other.json', '{}');
  const natflow = new Command().addCommand(
    fixCommand(
      () => Promise.reject(new Error('no')),
      async (region) => endpointPorts(region),
    ),
  );
  await expect(natflow.parseAsync(['fix', file], { from: 'user' })).rejects.toThrow(
    /other\.json: .*natflow's report\.json/,
  );
  expect(readFileSync(file, 'utf8')).toBe('{}');
});
