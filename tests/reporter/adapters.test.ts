import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ReporterPorts } from '../../services/reporter/reporter-ports.ts';
import { gatewayBytes } from '../../shared/aws/gateway-bytes.ts';
import { describeVpcs } from '../../shared/aws/vpc-description.ts';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import { adviseOn } from '../../shared/report/model/advice.ts';
import { namesOf } from '../../shared/report/model/names.ts';

/** EC2's answers in XML, by action; the subnets come in two pages. */
const EC2: Readonly<Record<string, string>> = {
  DescribeVpcEndpoints: `<vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><vpcEndpointType>Gateway</vpcEndpointType><vpcId>vpc-1</vpcId><serviceName>com.amazonaws.eu-west-1.s3</serviceName><state>available</state><routeTableIdSet><item>rtb-1</item></routeTableIdSet></item></vpcEndpointSet>`,
  DescribeRouteTables: `<routeTableSet>${['1', '2'].map((n) => `<item><routeTableId>rtb-${n}</routeTableId><vpcId>vpc-1</vpcId><associationSet><item><main>false</main><subnetId>subnet-${n}</subnetId></item></associationSet></item>`).join('')}</routeTableSet>`,
  DescribeSubnets: `<subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><cidrBlock>10.0.1.0/24</cidrBlock></item></subnetSet><nextToken>more</nextToken>`,
  DescribeSubnetsmore: `<subnetSet><item><subnetId>subnet-2</subnetId><vpcId>vpc-1</vpcId><cidrBlock>10.0.2.0/24</cidrBlock></item></subnetSet>`,
  DescribeNatGateways: `<natGatewaySet/>`,
  DescribeNetworkInterfaces: `<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><attachment><instanceId>i-1</instanceId></attachment><privateIpAddress>10.0.2.9</privateIpAddress></item></networkInterfaceSet>`,
  DescribeInstances: `<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><tagSet><item><key>Name</key><value>etl</value></item></tagSet></item></instancesSet></item></reservationSet>`,
};

/** Both directions, with times in seconds as in this protocol. */
const METERED = {
  MetricDataResults: [
    { Id: 'm0', Label: 'BytesInFromSource', Timestamps: [60, 120], Values: [1, 2] },
    { Id: 'm1', Label: 'BytesInFromDestination', Timestamps: [60, 120], Values: [4, 6] },
  ],
};

const metered: object[] = [];
let server: Server;
let settings: object;
beforeEach(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.headers['x-amz-target']?.toString().endsWith('.GetMetricData')) {
      metered.push(JSON.parse(body));
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(METERED));
      return;
    }
    const asked = new URLSearchParams(body);
    const action = asked.get('Action') ?? '';
    const answer = EC2[`${action}${asked.get('NextToken') ?? ''}`];
    response.statusCode = answer === undefined ? 400 : 200;
    response.end(`<${action}Response>${answer ?? ''}</${action}Response>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  settings = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("advice and names are made from EC2's answers", async () => {
  const describe: ReporterPorts['describe'] = () => describeVpcs(new EC2Client(settings));
  const network = await describe();
  const use = {
    service: 'S3',
    vpcId: 'vpc-1',
    bytes: 10,
    clients: [{ address: '10.0.2.9', bytes: 10 }],
    regionBy: 'listed',
  } as const;
  const context = { network, region: 'eu-west-1', natPerGib: 1 };
  expect(adviseOn(use, context)).toMatchObject({
    state: 'route-table-missing',
    routeTableIds: ['rtb-2'],
  });
  expect(namesOf(network)('10.0.2.9')).toEqual({
    ...{ address: '10.0.2.9', id: 'i-1', name: 'etl' },
    labels: {
      ...{ kind: 'instance', instance: 'i-1', 'tag:Name': 'etl' },
      ...{ subnet: 'subnet-2', vpc: 'vpc-1' },
    },
  });
});

test('CloudWatch is asked for metrics by the minute, and they add up', async () => {
  const meter: ReporterPorts['meter'] = (id, from, to) =>
    gatewayBytes(new CloudWatchClient(settings), id, from, to);
  const { periodSeconds, points } = readMetrics(
    await meter('nat-1', new Date(60_000), new Date(240_000)),
  );
  expect(periodSeconds).toBe(60);
  expect(points).toEqual([
    { time: 60, bytes: 5 },
    { time: 120, bytes: 8 },
  ]);
  expect(JSON.stringify(metered)).toContain('BytesInFromDestination');
  expect(JSON.stringify(metered)).toContain('"Period":60');
});

test('a refusal names the call', async () => {
  const client = new EC2Client({ ...settings, endpoint: 'http://127.0.0.1:9' });
  await expect(describeVpcs(client)).rejects.toThrow(/^ec2:Describe/);
});
