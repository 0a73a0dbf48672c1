import { expect, test } from '@jest/globals';
import { RunError, UsageError } from './errors.ts';
import { preflightCommand } from './preflight.ts';
import type { SourceTraffic, Survey } from './survey.ts';

const A = 'nat-0aaaaaaaaaaaaaaa1';

const TRAFFIC: Readonly<Record<string, SourceTraffic>> = {
  'vpc-0a': { weekBytes: 7 * 2 ** 40, isWhole: false },
  'tgw-0d': { weekBytes: 7 * 2 ** 40, isWhole: true },
};

const SURVEY: Survey = {
  region: 'eu-west-1',
  gateways: async () => [
    { id: A, state: 'available', mode: 'zonal', tags: { Name: 'egress' }, interfaceIds: ['eni-1'] },
  ],
  peak: async () => 310e6,
  flowLogs: async () => [{ stack: 'natflow' }, { stack: undefined }],
  subnets: async (ids) =>
    ids.filter((id) => id === 'subnet-1').map((id) => ({ id, vpcId: 'vpc-1' })),
  sources: async (ids) =>
    ids
      .filter((id) => !id.endsWith('f'))
      .map((id) => ({ id, partOf: id === 'eni-0c' ? ['vpc-0a'] : [] })),
  sourceTraffic: async (id) => TRAFFIC[id],
  routeTables: async () => [
    {
      id: 'rtb-1',
      vpcId: 'vpc-1',
      main: true,
      subnetIds: [],
      routes: [
        { cidr: '10.0.0.0/8', target: 'tgw-1' },
        { cidr: '0.0.0.0/0', target: A },
      ],
    },
  ],
};

test('gateways are named with kind, peak and flow logs, and a threshold above the peak is suggested', async () => {
  const lines = await preflight();
  expect(lines).toEqual([
    expect.stringMatching(/gateways +1 in eu-west-1$/),
    expect.stringMatching(
      /egress, zonal, 7-day peak 310\.0 MB a minute, 2 flow logs already \(of natflow\)$/,
    ),
    expect.stringMatching(/threshold +1GB a minute suggested$/),
  ]);
});

test('of continuous sources it is said what they cost, and what of their traffic is not known', async () => {
  const lines = await preflight('--continuous', 'vpc-0a,tgw-0d,eni-0b');
  expect(lines.map((line) => line.replace(/^preflight +/, '').replace(/ {2,}/, ': '))).toEqual([
    'gateways: none is to be watched',
    'continuous: 3 sources; $0.42 a GiB of lines, delivery and Firehose (list price of eu-west-1, table of 2026-09); a line stands for one direction of a connection in a minute at an interface, from 100 to 10 KB of traffic here: which it is, no metric says',
    'eni-0b: its traffic is not known, CloudWatch meters no NetworkInterface: $0.00085 to $0.0085 a GB of traffic',
    'tgw-0d: 31,146.67 GiB a month at the rate of the last 7 days: $0.0015 to $0.015 a GB, $51.70 to $517.03 a month',
    'vpc-0a: at least 31,146.67 GiB a month at the rate of the last 7 days, which went through its NAT gateways; the rest is not known, CloudWatch meters no VPC: $0.00085 to $0.0085 a GB, $28.44 to $284.37 a month',
  ]);
});

test('gateways and continuous sources are looked at together', async () => {
  const lines = await preflight('--nat', 'all', '--continuous', 'tgw-0d');
  expect(lines.map((line) => line.split(/ +/)[1])).toEqual([
    ...['gateways', A, 'threshold', 'continuous', 'tgw-0d'],
  ]);
});

test.each([
  ['vpc-0f', /there is no vpc-0f in this account and region/],
  ['vpc-0a,eni-0c', /eni-0c is a part of vpc-0a, so its flows would come twice/],
  ['sg-1', /"sg-1" is not the id of a VPC, subnet, network interface, transit gateway/],
])('--continuous %s is wrong use', async (ids, fault) => {
  const refused = preflight('--continuous', ids);
  await expect(refused).rejects.toThrow(fault);
  await expect(refused).rejects.toBeInstanceOf(UsageError);
});

test('a collector that the subnets have a route to can be reached', async () => {
  const lines = await preflight('-n', '10.0.9.9:2055', '--subnets', 'subnet-1');
  expect(lines.at(-1)).toMatch(/10\.0\.9\.9:2055 +can be reached/);
});

test.each([
  [
    ['-n', '198.51.100.9', '--subnets', 'subnet-1'],
    /subnet-1 goes through nat-0a+1, which is watche/,
  ],
  [['-n', '10.0.9.9'], /10\.0\.9\.9:2055: is a private address: SubnetIds are needed/],
])('%j: the way to the collector is no good', async (args, fault) => {
  const refused = preflight(...args);
  await expect(refused).rejects.toThrow(fault);
  await expect(refused).rejects.toBeInstanceOf(RunError);
});

test.each([
  [['--nat', 'nat-1, bad'], /there is no NAT gateway nat-1 .*"bad" is not a NAT gateway's id/],
  [['-n', '10.0.9.9:0'], /"10\.0\.9\.9:0" is not host:port/],
  [['-n', '10.0.9.9', '--subnets', 'subnet-9'], /there is no subnet subnet-9/],
])('%j is wrong use', async (args, fault) => {
  const refused = preflight(...args);
  await expect(refused).rejects.toThrow(fault);
  await expect(refused).rejects.toBeInstanceOf(UsageError);
});

test('the gateways, and the peak of each, are queried once', async () => {
  const asked: string[] = [];
  const survey: Survey = {
    ...SURVEY,
    gateways: async () => {
      asked.push('gateways');
      return await SURVEY.gateways();
    },
    peak: async (id) => {
      asked.push(id);
      return undefined;
    },
  };
  const lines = await preflightOf(survey, '-n', '127.0.0.1');
  expect(asked).toEqual(['gateways', A]);
  expect(lines[1]).toMatch(/egress, zonal, nothing metered in the last 7 days, 2 flow logs/);
});

async function preflight(...args: string[]): Promise<string[]> {
  return await preflightOf(SURVEY, ...args);
}

async function preflightOf(survey: Survey, ...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await preflightCommand(
    async () => survey,
    (line) => void lines.push(line),
  )
    .exitOverride()
    .parseAsync(args, { from: 'user' });
  return lines;
}
