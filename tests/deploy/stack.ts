import { type Cloud, until } from './cloud.ts';
import type { FlowLog } from './traffic.ts';

type Parameters = Readonly<Record<string, string | number>>;

/** Deploys the main template as a stack of that name, without prompts. */
export async function deployStack(
  cloud: Cloud,
  name: string,
  parameters: Parameters,
): Promise<void> {
  const overrides = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  await cloud.run('sam', [
    ...['deploy', '--stack-name', name, '--no-confirm-changeset'],
    ...['--parameter-overrides', ...overrides],
  ]);
}

/** The values under Outputs. */
export async function outputsOf(cloud: Cloud, name: string): Promise<Record<string, string>> {
  const stack = ['cloudformation', 'describe-stacks', '--stack-name', name];
  const query = ['--query', 'Stacks[0].Outputs'];
  const outputs = await cloud.aws<{ OutputKey: string; OutputValue: string }[]>(...stack, ...query);
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** The flow logs with the stack's tag. */
export async function flowLogsOf(cloud: Cloud, name: string): Promise<FlowLog[]> {
  const filter = `Name=tag:natflow:stack,Values=${name}`;
  const query = ['--query', 'FlowLogs[]'];
  return await cloud.aws<FlowLog[]>('ec2', 'describe-flow-logs', '--filter', filter, ...query);
}

/** Waits for the one flow log of a recording. */
export async function recordingOf(cloud: Cloud, name: string): Promise<FlowLog> {
  return await until(`a flow log of ${name}`, async () => (await flowLogsOf(cloud, name))[0]);
}

/** Waits until nothing is being recorded. */
export async function calm(cloud: Cloud, name: string, seconds = 90): Promise<void> {
  const isCalm = async () => (await flowLogsOf(cloud, name)).length === 0;
  await until(`no flow log of ${name}`, isCalm, seconds);
}

/** Puts a gateway's alarm into a state, as CloudWatch does. */
export async function setAlarm(
  cloud: Cloud,
  name: string,
  gatewayId: string,
  state: string,
): Promise<void> {
  await cloud.run('aws', [
    ...['cloudwatch', 'set-alarm-state', '--alarm-name', `${name}-${gatewayId}`],
    ...['--state-value', state, '--state-reason', 'test'],
    '--state-reason-data',
    JSON.stringify({ period: 60, recentDatapoints: [3e9], threshold: 1e9 }),
  ]);
}

/** Publishes a NAT gateway's metric for a time in Unix seconds. */
export async function meter(
  cloud: Cloud,
  gatewayId: string,
  metric: string,
  bytes: number,
  time: number,
): Promise<void> {
  await cloud.run('aws', [
    ...['cloudwatch', 'put-metric-data', '--namespace', 'AWS/NATGateway', '--metric-name', metric],
    ...['--dimensions', `NatGatewayId=${gatewayId}`, '--value', `${bytes}`],
    ...['--timestamp', new Date(1000 * time).toISOString()],
  ]);
}

/** The resources with the stack's name in their name or group, by kind. The stacks `-two` and `-macro` are others. */
export async function thingsOf(cloud: Cloud, name: string): Promise<Record<string, string[]>> {
  const kinds: Record<string, string[]> = {
    functions: ['lambda', 'list-functions', 'Functions[].FunctionName'],
    streams: ['firehose', 'list-delivery-streams', 'DeliveryStreamNames[]'],
    tables: ['dynamodb', 'list-tables', 'TableNames[]'],
    queues: ['sqs', 'list-queues', 'QueueUrls[]'],
    topics: ['sns', 'list-topics', 'Topics[].TopicArn'],
    roles: ['iam', 'list-roles', 'Roles[].RoleName'],
    rules: ['events', 'list-rules', 'Rules[].Name'],
    alarms: ['cloudwatch', 'describe-alarms', 'MetricAlarms[].AlarmName'],
    schedules: ['scheduler', 'list-schedules', "Schedules[].join('/', [GroupName, Name])"],
    groups: ['scheduler', 'list-schedule-groups', 'ScheduleGroups[].Name'],
    logs: ['logs', 'describe-log-groups', 'logGroups[].logGroupName'],
    dashboards: ['cloudwatch', 'list-dashboards', 'DashboardEntries[].DashboardName'],
  };
  const found = await Promise.all(
    Object.entries(kinds).map(async ([kind, [service = '', action = '', query = '']]) => {
      const all = (await cloud.aws<string[] | null>(service, action, '--query', query)) ?? [];
      return [
        kind,
        all.filter((each) => new RegExp(`(^|[/:])${name}(?!-two|-macro)([-/]|$)`).test(each)),
      ] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

/** A NAT gateway with a name. */
export async function createGateway(cloud: Cloud, name: string): Promise<string> {
  const id = (query: string, ...args: string[]) =>
    cloud.aws<string>('ec2', ...args, '--query', query);
  const subnet = await id('Subnets[0].SubnetId', 'describe-subnets');
  const address = await id('AllocationId', 'allocate-address', '--domain', 'vpc');
  return await id(
    'NatGateway.NatGatewayId',
    ...['create-nat-gateway', '--subnet-id', subnet, '--allocation-id', address],
    ...['--tag-specifications', `ResourceType=natgateway,Tags=[{Key=Name,Value=${name}}]`],
  );
}

/** Leaves a flow log with the stack's tags that belongs to no recording. */
export async function leaveOrphan(cloud: Cloud, name: string, gatewayId: string): Promise<void> {
  const tags = Object.entries({ stack: name, gateway: gatewayId, recording: 'lost' });
  const specified = tags.map(([key, value]) => `{Key=natflow:${key},Value=${value}}`).join(',');
  const tagged = ['--tag-specifications', `ResourceType=vpc-flow-log,Tags=[${specified}]`];
  await createFlowLog(cloud, name, gatewayId, tagged);
}

/** Creates a flow log on the gateway, to the stack's stream, that is not natflow's. Returns its id. */
export async function recordByOthers(
  cloud: Cloud,
  name: string,
  gatewayId: string,
): Promise<string> {
  return await createFlowLog(cloud, name, gatewayId, []);
}

async function createFlowLog(
  cloud: Cloud,
  name: string,
  gatewayId: string,
  more: readonly string[],
): Promise<string> {
  const query = ['--query', 'NatGateways[0].NatGatewayAddresses[0].NetworkInterfaceId'];
  const gateway = ['describe-nat-gateways', '--nat-gateway-ids', gatewayId];
  const interfaceId = await cloud.aws<string>('ec2', ...gateway, ...query);
  const { StreamArn = '' } = await outputsOf(cloud, name);
  return await cloud.aws<string>(
    ...['ec2', 'create-flow-logs', '--resource-type', 'NetworkInterface'],
    ...['--resource-ids', interfaceId, '--traffic-type', 'ALL'],
    ...['--log-destination-type', 'kinesis-data-firehose', '--log-destination', StreamArn],
    ...[...more, '--query', 'FlowLogIds[0]'],
  );
}

/** The archive of a stack. */
export async function bucketOf(cloud: Cloud, stack: string): Promise<string> {
  return (await outputsOf(cloud, stack))['ArchiveBucket'] ?? '';
}

/** Waits until the stack's schedules are exactly of these kinds, in order. Returns the stack's resources. */
export async function aheadOf(
  cloud: Cloud,
  stack: string,
  ...kinds: string[]
): Promise<Record<string, string[]>> {
  return await until(`${kinds} ahead of ${stack}`, async () => {
    const things = await thingsOf(cloud, stack);
    const ahead = things['schedules']?.map((name) => kinds.find((kind) => name.includes(kind)));
    return ahead?.sort().join() === kinds.join() ? things : undefined;
  });
}
