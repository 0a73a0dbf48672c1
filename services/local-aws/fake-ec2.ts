import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { ec2Answer, ec2Error } from './ec2-xml.ts';
import type { Reply } from './reply.ts';

/** A flow log with the parameters of its CreateFlowLogs call. */
export interface FakeFlowLog {
  readonly id: string;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly trafficType: string;
  readonly destination: string;
  readonly destinationType: string;
  readonly format: string;
  readonly interval: number;
  readonly roleArn: string;
  readonly createdAt: string;
  /** When it begins to capture, Unix milliseconds. */
  readonly beginsAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** DeliverLogsStatus and DeliverLogsErrorMessage of a flow log. */
interface FakeDelivery {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly error?: string;
}

/** An entry of `Unsuccessful`: the id of a resource or flow log, and the error code. */
interface Failure {
  readonly id: string;
  readonly code: string;
}

/** A NAT gateway. Several of its addresses may have the same interface. */
export interface FakeNatGateway {
  readonly interfaces: readonly string[];
  readonly name?: string;
  readonly vpcId?: string;
  readonly mode?: 'zonal' | 'regional';
  readonly state?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** EC2 does not list a new gateway at once. Unix milliseconds. */
  readonly listedFrom?: number;
  /** Since when it is deleted. */
  readonly deletedAt?: number;
}

/** How long EC2 lists deleted gateways: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html */
const DELETED_LISTED_MS = 3_600_000;

/** EC2 pages at 1,000 gateways when it is not asked for less. */
const MOST_GATEWAYS = 1000;

/** What EC2 describes around the gateways. */
type Surroundings = Omit<VpcDescription, 'NatGateways'> & {
  readonly SecurityGroups?: readonly object[];
};

/** The calls that only return descriptions, and the member of their reply. */
const PARTS: Readonly<Record<string, keyof Surroundings>> = {
  DescribeVpcEndpoints: 'VpcEndpoints',
  DescribeRouteTables: 'RouteTables',
  DescribeSubnets: 'Subnets',
  DescribeNetworkInterfaces: 'NetworkInterfaces',
  DescribeInstances: 'Reservations',
  DescribeSecurityGroups: 'SecurityGroups',
};

/** Flow logs, NAT gateways and their network with EC2's wire protocol, as far as natflow uses it. */
export class FakeEc2 {
  readonly gateways = new Map<string, FakeNatGateway>();
  readonly flowLogs = new Map<string, FakeFlowLog>();
  /** What DescribeFlowLogs says of the delivery, by flow log: nothing until something was delivered or failed. */
  readonly deliveries = new Map<string, FakeDelivery>();
  /** From the creation of a flow log until it begins to capture, in milliseconds. */
  beginsAfter = 0;
  network: Surroundings = {};
  /** Error codes by id: CreateFlowLogs refuses these resources, DeleteFlowLogs these flow logs, in a reply of status 200. */
  readonly unsuccessful = new Map<string, string>();
  readonly #tokens = new Map<string, { request: string; reply: Reply }>();
  readonly #now: () => number;
  #number = 0;

  constructor(now = Date.now) {
    this.#now = now;
  }

  /** The flow logs with natflow's tag of this gateway. */
  of(gatewayId: string): FakeFlowLog[] {
    return [...this.flowLogs.values()].filter(({ tags }) => tags['natflow:gateway'] === gatewayId);
  }

  /** Deletes a gateway as EC2 does: it stays listed as deleted for an hour. */
  deleteGateway(id: string): void {
    const gateway = this.gateways.get(id);
    if (gateway === undefined) throw new RangeError(`no gateway ${id}`);
    this.gateways.set(id, { ...gateway, state: 'deleted', deletedAt: this.#now() });
  }

  answer(query: URLSearchParams): Reply {
    const action = query.get('Action') ?? '';
    switch (action) {
      case 'DescribeNatGateways':
        return this.#describeNatGateways(query);
      case 'CreateFlowLogs':
        return this.#createFlowLogs(query);
      case 'DescribeFlowLogs':
        return this.#describeFlowLogs(query);
      case 'DeleteFlowLogs':
        return this.#deleteFlowLogs(query);
      default:
        return this.#describe(action, PARTS[action]);
    }
  }

  #describe(action: string, part: keyof Surroundings | undefined): Reply {
    if (part === undefined) return ec2Error('InvalidAction', action);
    return ec2Answer(action, { [part]: this.network[part] ?? [] });
  }

  #describeNatGateways(query: URLSearchParams): Reply {
    const ids = list(query, 'NatGatewayId');
    const listed = new Map([...this.gateways].filter(([, gateway]) => this.#isListed(gateway)));
    const unknown = ids.find((id) => !listed.has(id));
    if (unknown) return ec2Error('NatGatewayNotFound', `NAT gateway ${unknown} was not found`);
    const asked = [...listed].filter(([id]) => ids.length === 0 || ids.includes(id));
    const start = Number(query.get('NextToken') ?? 0);
    const end = start + Number(query.get('MaxResults') ?? MOST_GATEWAYS);
    return ec2Answer('DescribeNatGateways', {
      NatGateways: asked.slice(start, end).map(describeGateway),
      ...(end < asked.length && { NextToken: end }),
    });
  }

  #isListed({ listedFrom = 0, deletedAt = Number.POSITIVE_INFINITY }: FakeNatGateway): boolean {
    const now = this.#now();
    return listedFrom <= now && now < deletedAt + DELETED_LISTED_MS;
  }

  #createFlowLogs(query: URLSearchParams): Reply {
    if (query.get('DryRun') === 'true') return dryRun(list(query, 'ResourceId'), this.unsuccessful);
    const token = query.get('ClientToken') ?? '';
    const request = String(query);
    const before = this.#tokens.get(token);
    if (before !== undefined) {
      return before.request === request
        ? before.reply
        : ec2Error('IdempotentParameterMismatch', 'The client token was used differently.');
    }
    const resources = list(query, 'ResourceId');
    if (resources.some((id) => this.#exists(id, query))) {
      return ec2Error(
        'FlowLogAlreadyExists',
        'There is an existing flow log with that destination.',
      );
    }
    const failed = resources.filter((id) => this.unsuccessful.has(id));
    const ids = resources.filter((id) => !failed.includes(id)).map((id) => this.#add(id, query));
    const reply = created(
      ids,
      failed.map((id) => ({ id, code: this.unsuccessful.get(id) ?? '' })),
    );
    this.#tokens.set(token, { request, reply });
    return reply;
  }

  #exists(resourceId: string, query: URLSearchParams): boolean {
    return [...this.flowLogs.values()].some(
      (flowLog) =>
        flowLog.resourceId === resourceId && flowLog.destination === query.get('LogDestination'),
    );
  }

  #add(resourceId: string, query: URLSearchParams): string {
    const id = `fl-${String(this.#number++).padStart(17, '0')}`;
    const text = (name: string) => query.get(name) ?? '';
    this.flowLogs.set(id, {
      id,
      resourceId,
      resourceType: text('ResourceType'),
      trafficType: text('TrafficType'),
      destination: text('LogDestination'),
      destinationType: text('LogDestinationType'),
      format: text('LogFormat'),
      interval: Number(query.get('MaxAggregationInterval') ?? 600),
      roleArn: text('DeliverLogsPermissionArn'),
      createdAt: new Date(this.#now()).toISOString(),
      beginsAt: this.#now() + this.beginsAfter,
      tags: tagsOf(query),
    });
    return id;
  }

  #describeFlowLogs(query: URLSearchParams): Reply {
    const filters = new Map<string, string[]>();
    for (let n = 1; query.has(`Filter.${n}.Name`); n++) {
      filters.set(query.get(`Filter.${n}.Name`) ?? '', list(query, `Filter.${n}.Value`));
    }
    const found = [...this.flowLogs.values()].filter(({ resourceId, tags }) =>
      [...filters].every(([name, values]) =>
        values.includes(
          name === 'resource-id' ? resourceId : (tags[name.slice('tag:'.length)] ?? ''),
        ),
      ),
    );
    return ec2Answer('DescribeFlowLogs', {
      FlowLogs: found.map((flowLog) => describeFlowLog(flowLog, this.deliveries.get(flowLog.id))),
    });
  }

  #deleteFlowLogs(query: URLSearchParams): Reply {
    const failed: Failure[] = [];
    for (const id of list(query, 'FlowLogId')) {
      const code = this.unsuccessful.get(id);
      if (code !== undefined) failed.push({ id, code });
      else if (!this.flowLogs.delete(id)) failed.push({ id, code: 'InvalidFlowLogId.NotFound' });
    }
    return ec2Answer('DeleteFlowLogs', { Unsuccessful: failed.map(describeFailure) });
  }
}

/** A dry run checks permissions: it ends in an error either way. */
function dryRun(resources: readonly string[], refused: ReadonlyMap<string, string>): Reply {
  const [code] = resources.flatMap((id) => refused.get(id) ?? []);
  return code === undefined
    ? ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
    : ec2Error(code, 'You are not authorized to perform this operation.', 403);
}

function created(FlowLogIds: string[], failed: readonly Failure[]): Reply {
  return ec2Answer('CreateFlowLogs', { FlowLogIds, Unsuccessful: failed.map(describeFailure) });
}

function describeFailure({ id, code }: Failure): object {
  return { ResourceId: id, Error: { Code: code, Message: `${code} on ${id}` } };
}

function describeGateway([id, gateway]: readonly [string, FakeNatGateway]): object {
  const { interfaces, name, tags = {}, vpcId, mode = 'zonal', state = 'available' } = gateway;
  return {
    NatGatewayId: id,
    State: state,
    VpcId: vpcId,
    AvailabilityMode: mode,
    Tags: describeTags({ ...(name !== undefined && { Name: name }), ...tags }),
    NatGatewayAddresses: interfaces.map((each) => ({ NetworkInterfaceId: each })),
  };
}

function describeFlowLog(flowLog: FakeFlowLog, delivery: FakeDelivery | undefined): object {
  return {
    FlowLogId: flowLog.id,
    FlowLogStatus: 'ACTIVE',
    DeliverLogsStatus: delivery?.status,
    DeliverLogsErrorMessage: delivery?.error,
    ResourceId: flowLog.resourceId,
    CreationTime: flowLog.createdAt,
    TrafficType: flowLog.trafficType,
    LogFormat: flowLog.format,
    LogDestinationType: flowLog.destinationType,
    LogDestination: flowLog.destination,
    MaxAggregationInterval: flowLog.interval,
    Tags: describeTags(flowLog.tags),
  };
}

function describeTags(tags: Readonly<Record<string, string>>): object[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function tagsOf(query: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  const tag = (n: number, part: string) => query.get(`TagSpecification.1.Tag.${n}.${part}`);
  for (let n = 1; tag(n, 'Key') !== null; n++) tags[tag(n, 'Key') ?? ''] = tag(n, 'Value') ?? '';
  return tags;
}

function list(query: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let n = 1; query.has(`${name}.${n}`); n++) values.push(query.get(`${name}.${n}`) ?? '');
  return values;
}
