import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { expand } from '../../services/macro/expand.ts';
import type { ParameterValues } from '../../services/macro/request.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { KNOWN_FORMATS } from '../../shared/flowlog/line-parser.ts';
import { dangersIn, HOSTILE } from '../support/hostile-text.ts';
import { A, B, C, INVENTORY, request } from './request.ts';

const GOLDEN = join(import.meta.dirname, 'golden');

test.each(readdirSync(GOLDEN))('%s: the request expands to exactly this fragment', (file) => {
  const golden = JSON.parse(readFileSync(join(GOLDEN, file), 'utf8'));
  const inventory = { ...INVENTORY, subnets: golden.subnets ?? [] };
  const fragment = expand(request(golden.parameters), inventory);
  expect(JSON.parse(JSON.stringify(fragment))).toEqual(golden.fragment);
});

test.each([
  [`${A},${C}`, [A, C]],
  [` ${C} , ${A},,${C}`, [A, C]],
  ['all', [A, B, C]],
  ['tag:Team=web', [A, C]],
  [`tag:Team=web,${B}=2GB`, [A, B, C]],
])('NatGatewayIds %j watches each of its gateways once', (NatGatewayIds, ids) => {
  expect(alarmIds(resources({ NatGatewayIds }))).toEqual(ids.map(logicalId));
});

test('parameters may be lists', () => {
  const asText = resources({ NatGatewayIds: `${A}, ${C}` });
  expect(resources({ NatGatewayIds: [A, C] })).toEqual(asText);
});

test('adding or removing a gateway in the middle does not change the resources of others', () => {
  const { Dashboard: _, ...three } = resources({ NatGatewayIds: [A, B, C] });
  const { Dashboard: __, ...two } = resources({ NatGatewayIds: [A, C] });
  const { [logicalId(B)]: ofB, ...withoutB } = three;
  expect(ofB).toBeDefined();
  expect(withoutB).toEqual(two);
});

test("a gateway's own threshold takes precedence over the anomaly band, and is per minute in any period", () => {
  const expanded = resources({
    NatGatewayIds: `all,${B}=500MiB`,
    AnomalyBand: '2',
    SamplingPeriod: '300',
  });
  expect(expanded[logicalId(B)]?.Properties).toMatchObject({ Threshold: 5 * 500 * 2 ** 20 });
  expect(expanded[logicalId(A)]?.Properties).toMatchObject({ ThresholdMetricId: 'band' });
});

test.each([
  ['1000', 1000],
  ['1.5 KB', 1500],
  ['2GiB', 2 * 2 ** 30],
  ['3t', 3e12],
])('a threshold of %s is %d bytes', (Threshold, bytes) => {
  const expanded = resources({ NatGatewayIds: A, Threshold });
  expect(expanded[logicalId(A)]?.Properties).toMatchObject({ Threshold: bytes });
});

test.each([
  [
    { NatGatewayIds: '' },
    /^NatGatewayIds and ContinuousSources are both empty: name NAT gateways to watch, or /,
  ],
  [
    { NatGatewayIds: 'nat-zz' },
    /"nat-zz" is not a NAT gateway's id, id=500MB, tag:Key=Value or all/,
  ],
  [{ NatGatewayIds: 'nat-0123' }, /there is no NAT gateway nat-0123 in this account.*nat-0ccc/],
  [{ NatGatewayIds: 'nat-0ddddddddddddddd4' }, /there is no NAT gateway nat-0ddddddddddddddd4/],
  [{ NatGatewayIds: 'tag:Team=none' }, /no NAT gateway has the tag Team=none/],
  [{ NatGatewayIds: `${A}=lots` }, /threshold of nat-0a+1 "lots" is not a number of bytes/],
  [{ NatGatewayIds: `${A}=1GB,${A}=2GB` }, /two thresholds, 1000000000 and 2000000000/],
  [{ NatGatewayIds: A, Threshold: '0' }, /Threshold "0" is not a number of bytes per minute/],
  [{ NatGatewayIds: A, SamplingPeriod: '45' }, /SamplingPeriod 45 is not a multiple of 60/],
  [{ NatGatewayIds: A, EvaluationPeriods: '0' }, /EvaluationPeriods 0 is not a whole number/],
  [
    { NatGatewayIds: A, EvaluationPeriods: '2', DatapointsToAlarm: '5' },
    /DatapointsToAlarm 5 is more than EvaluationPeriods 2/,
  ],
  [{ NatGatewayIds: A, DatapointsToAlarm: '1.5' }, /DatapointsToAlarm 1.5 is not a whole number/],
  [{ NatGatewayIds: A, SamplingPeriod: '60', EvaluationPeriods: '1441' }, /more than a day/],
  [{ NatGatewayIds: A, SamplingPeriod: '3600', EvaluationPeriods: '169' }, /more than 7 days/],
  [{ NatGatewayIds: A, RecordingTime: '90.5' }, /RecordingTime 90.5 is not a whole number/],
  [{ NatGatewayIds: A, MinimumRecordingTime: '1e-1' }, /MinimumRecordingTime 1e-1 is not a whole/],
  [{ NatGatewayIds: A, NumOfRecordings: '1.5' }, /NumOfRecordings 1.5 is not a whole number/],
  [{ NatGatewayIds: A, ReportDelay: '60.1' }, /ReportDelay 60.1 is not a whole number/],
  [{ NatGatewayIds: A, DomainBase: '0.5' }, /DomainBase 0.5 is not a whole number/],
  [{ NatGatewayIds: A, AnomalyBand: '-1' }, /AnomalyBand -1 is not a number from 0/],
  [{ NatGatewayIds: A, Collectors: '10.0.9.9:0' }, /Collectors: "10.0.9.9:0" is not host:port/],
  [
    { NatGatewayIds: A, Collectors: '10.0.9.9' },
    /10.0.9.9 is a private address: give the SubnetIds/,
  ],
  [
    { NatGatewayIds: A, Collectors: '[2001:db8::1]:2055' },
    /collector 2001:db8::1 is an IPv6 address.*give their SubnetIds/,
  ],
  [{ NatGatewayIds: A, DnsServers: '10.0.0.53' }, /DnsServers are given without SubnetIds/],
  [{ NatGatewayIds: A, DnsServers: 'dns.example' }, /DnsServers: "dns.example" is not an address/],
  [{ NatGatewayIds: A, FlowLogPrefix: 'a/' }, /FlowLogPrefix is given without FlowLogBucket/],
  [{ NatGatewayIds: A, FlowLogKeyArn: 'arn' }, /FlowLogKeyArn is given without FlowLogBucket/],
  [{ NatGatewayIds: A, SecurityGroupIds: 'sg-1' }, /SecurityGroupIds are given without SubnetIds/],
  [{ NatGatewayIds: A, FlowLogBucket: 'logs' }, /FlowLogBucket is given without Collectors/],
  [{ NatGatewayIds: A, SubnetIds: 'subnet-9' }, /there is no subnet subnet-9/],
])('%j is refused in a sentence', (parameters, sentence) => {
  expect(() => resources(parameters)).toThrow(sentence);
});

test('a period of hours over several days is accepted by CloudWatch', () => {
  const parameters = { NatGatewayIds: A, SamplingPeriod: '3600', EvaluationPeriods: '168' };
  expect(alarmIds(resources(parameters))).toEqual([logicalId(A)]);
});

test('collectors with names and the same port share their egress rules, because EC2 stores equal rules once', () => {
  const subnets = [{ id: 'subnet-1', vpcId: 'vpc-1' }];
  const parameters = {
    NatGatewayIds: A,
    SubnetIds: 'subnet-1',
    Collectors: 'a.example,b.example,10.0.9.9,10.0.9.9:2055',
  };
  const { Resources } = expand(request(parameters), { ...INVENTORY, subnets });
  const { SecurityGroupEgress: egress } = Resources['ForwarderSecurityGroup']?.Properties ?? {};
  expect(
    (egress as Record<string, unknown>[]).map((way) => way['CidrIp'] ?? way['CidrIpv6']),
  ).toEqual(['0.0.0.0/0', '0.0.0.0/0', '::/0', '10.0.9.9/32']);
});

test('DNS servers of the VPC are let out to by UDP and by TCP', () => {
  const subnets = [{ id: 'subnet-1', vpcId: 'vpc-1' }];
  const parameters = { NatGatewayIds: A, SubnetIds: 'subnet-1', DnsServers: '10.0.0.53,fd00::53' };
  const { Resources } = expand(request(parameters), { ...INVENTORY, subnets });
  const { SecurityGroupEgress: egress } = Resources['ForwarderSecurityGroup']?.Properties ?? {};
  const ways = (egress as Record<string, unknown>[]).map(
    ({ IpProtocol, FromPort, CidrIp, CidrIpv6 }) =>
      `${IpProtocol} ${FromPort} ${CidrIp ?? CidrIpv6}`,
  );
  expect(ways).toEqual([
    ...['tcp 443 0.0.0.0/0', 'udp 53 10.0.0.53/32', 'tcp 53 10.0.0.53/32'],
    ...['udp 53 fd00::53/128', 'tcp 53 fd00::53/128'],
  ]);
});

test("a gateway's name cannot inject a dynamic reference of CloudFormation", () => {
  const tags = { Name: '{{{resolve:secretsmanager:db:SecretString}}' };
  const gateways = [{ id: A, state: 'available', tags }];
  const expanded = expand(request({ NatGatewayIds: A }), { gateways, subnets: [], sources: [] });
  expect(JSON.stringify(expanded)).toContain('resolve:secretsmanager');
  expect(JSON.stringify(expanded)).not.toContain('{{');
});

test("a gateway's name is one line of printable text in alarm and dashboard", () => {
  const gateways = [{ id: A, state: 'available', tags: { Name: HOSTILE } }];
  const { Resources } = expand(request({ NatGatewayIds: A }), {
    gateways,
    subnets: [],
    sources: [],
  });
  const { AlarmDescription } = Resources[logicalId(A)]?.Properties ?? {};
  const { DashboardBody } = Resources['Dashboard']?.Properties ?? {};
  for (const text of [String(AlarmDescription), JSON.stringify(DashboardBody)]) {
    expect(text).toContain('mark');
    expect(dangersIn(text)).toEqual([]);
  }
  expect(AlarmDescription).not.toContain('\n');
});

test('an empty name is no name', () => {
  const gateways = [{ id: A, state: 'available', tags: { Name: '' } }];
  const expanded = expand(request({ NatGatewayIds: A }), { gateways, subnets: [], sources: [] });
  expect(expanded.Resources[logicalId(A)]?.Properties).toMatchObject({
    AlarmDescription: 'Traffic through NAT gateway is recorded by natflow while this lasts',
  });
});

test('an account without NAT gateways is reported', () => {
  const none = { gateways: [], subnets: [], sources: [] };
  expect(() => expand(request({ NatGatewayIds: 'all' }), none)).toThrow(/there is no NAT gateway/);
});

test('subnets of two VPCs are refused', () => {
  const subnets = ['vpc-1', 'vpc-2'].map((vpcId, i) => ({ id: `subnet-${i}`, vpcId }));
  const parameters = { NatGatewayIds: A, SubnetIds: 'subnet-0,subnet-1' };
  expect(() => expand(request(parameters), { ...INVENTORY, subnets })).toThrow(
    'the SubnetIds are in different VPCs, vpc-1 and vpc-2',
  );
});

const CONTINUOUS = { NatGatewayIds: '' };

test.each([
  ['vpc-0a', 'FlowLogVpc0a', 'VPC'],
  ['subnet-0b', 'FlowLogSubnet0b', 'Subnet'],
  ['eni-0c', 'FlowLogEni0c', 'NetworkInterface'],
  ['tgw-0d', 'FlowLogTgw0d', 'TransitGateway'],
  ['tgw-attach-0e', 'FlowLogTgwAttach0e', 'TransitGatewayAttachment'],
])('%s as a continuous source gets the flow log %s of type %s', (id, logical, ResourceType) => {
  const expanded = resources({ ...CONTINUOUS, ContinuousSources: ` ${id}, ${id},` });
  const made = Object.entries(expanded).filter(([, { Type }]) => Type === 'AWS::EC2::FlowLog');
  expect(made.map(([name]) => name)).toEqual([logical]);
  const { LogFormat, TrafficType, Tags, ...properties } = expanded[logical]?.Properties ?? {};
  expect(properties).toEqual({
    ...{ ResourceId: id, ResourceType, MaxAggregationInterval: 60 },
    LogDestinationType: 'kinesis-data-firehose',
    LogDestination: { 'Fn::GetAtt': ['ContinuousStream', 'Arn'] },
  });
  // Flow logs of transit gateways take no TrafficType, and have fields of their own.
  const isTransit = id.startsWith('tgw-');
  expect(TrafficType).toBe(isTransit ? undefined : 'ALL');
  expect(KNOWN_FORMATS).toContainEqual(parseFormat(String(LogFormat)));
  expect(String(LogFormat).includes('${tgw-id}')).toBe(isTransit);
  // A recording's tags would give it to the controller, whose sweep deletes what it does not know.
  expect((Tags as { Key: string }[]).map(({ Key }) => Key)).toEqual(['Name']);
  expect(alarmIds(expanded)).toEqual([]);
});

test('gateways and continuous sources go together, and the dashboard shows both', () => {
  const parameters = { NatGatewayIds: A, ContinuousSources: 'tgw-0d,vpc-0a' };
  const expanded = resources(parameters);
  expect(alarmIds(expanded)).toEqual([logicalId(A)]);
  const alone = resources({ NatGatewayIds: A });
  expect(expanded[logicalId(A)]).toEqual(alone[logicalId(A)]);
  const text = JSON.stringify(expanded['Dashboard']);
  expect(text).toContain('Continuous: bytes of lines of tgw-0d, vpc-0a');
  expect(text).not.toContain('natflow-continuous');
  expect(JSON.stringify(alone['Dashboard'])).not.toContain('ontinuous');
});

test.each([
  [{}, /^NatGatewayIds and ContinuousSources are both empty/],
  [{ ContinuousSources: ' , ' }, /^NatGatewayIds and ContinuousSources are both empty/],
  [{ ContinuousSources: 'nat-0a' }, /^ContinuousSources: "nat-0a" is not the id of a VPC, subnet/],
  [{ ContinuousSources: 'vpc-0A' }, /"vpc-0A" is not the id/],
  [{ ContinuousSources: 'all' }, /"all" is not the id/],
  [
    { ContinuousSources: 'tgw-0d,'.repeat(129) },
    /^ContinuousSources has 903 characters, and 900 at most: name a VPC in place of its subnets/,
  ],
  [
    { ContinuousSources: 'vpc-0f,eni-0c,tgw-0f' },
    /^ContinuousSources: there is no tgw-0f, vpc-0f in this account and region$/,
  ],
  [{ ContinuousSources: 'vpc-0a,subnet-0b' }, /subnet-0b is a part of vpc-0a, so its flows would/],
  [{ ContinuousSources: 'eni-0c,subnet-0b' }, /eni-0c is a part of subnet-0b, so its flows would/],
  [{ ContinuousSources: 'vpc-0a,eni-0c' }, /eni-0c is a part of vpc-0a, so its flows would/],
  [{ ContinuousSources: 'tgw-0d,tgw-attach-0e' }, /tgw-attach-0e is a part of tgw-0d/],
])('without gateways, %j is refused in a sentence', (parameters, sentence) => {
  expect(() => resources({ ...CONTINUOUS, ...parameters })).toThrow(sentence);
});

test('all faults are reported at once', () => {
  const parameters = { NatGatewayIds: 'nat-zz', SamplingPeriod: '45' };
  expect(() => resources(parameters)).toThrow(
    /nat-zz.*; .*SamplingPeriod|SamplingPeriod.*; .*nat-zz/,
  );
});

function resources(parameters: ParameterValues) {
  return expand(request(parameters), INVENTORY).Resources;
}

function alarmIds(expanded: Record<string, unknown>): string[] {
  return Object.keys(expanded).filter((id) => id.startsWith('Alarm'));
}

function logicalId(gatewayId: string): string {
  return gatewayId.replace('nat-', 'AlarmNat');
}
