/** An EC2 answer: XML, or an error in EC2's form. */
export interface Ec2Answer {
  readonly status: number;
  readonly body: string;
}

/** A flow log as it was asked for. */
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
  readonly tags: Readonly<Record<string, string>>;
}

/** A NAT gateway; several addresses may share an interface. */
export interface FakeNatGateway {
  readonly interfaces: readonly string[];
  readonly name?: string;
  readonly mode?: 'zonal' | 'regional';
  readonly state?: string;
}

/** Flow logs and NAT gateways on EC2's wire protocol, as far as natflow asks for them. */
export class FakeEc2 {
  readonly gateways = new Map<string, FakeNatGateway>();
  readonly flowLogs = new Map<string, FakeFlowLog>();
  /** Resources that CreateFlowLogs, and flow logs that DeleteFlowLogs, refuses inside a 200. */
  readonly unsuccessful = new Map<string, string>();
  readonly #tokens = new Map<string, { request: string; ids: string[] }>();
  readonly #now: () => number;
  #number = 0;

  constructor(now = Date.now) {
    this.#now = now;
  }

  /** The flow logs of one gateway of a stack, by our tag. */
  of(gatewayId: string): FakeFlowLog[] {
    return [...this.flowLogs.values()].filter(({ tags }) => tags['natflow:gateway'] === gatewayId);
  }

  answer(query: URLSearchParams): Ec2Answer {
    switch (query.get('Action')) {
      case 'DescribeNatGateways':
        return this.#describeNatGateways(query);
      case 'CreateFlowLogs':
        return this.#createFlowLogs(query);
      case 'DescribeFlowLogs':
        return this.#describeFlowLogs(query);
      case 'DeleteFlowLogs':
        return this.#deleteFlowLogs(query);
      default:
        return ec2Error('InvalidAction', `${query.get('Action')}`);
    }
  }

  #describeNatGateways(query: URLSearchParams): Ec2Answer {
    const ids = list(query, 'NatGatewayId');
    const unknown = ids.find((id) => !this.gateways.has(id));
    if (unknown) return ec2Error('NatGatewayNotFound', `NAT gateway ${unknown} was not found`);
    const items = ids.map((id) => gatewayXml(id, this.gateways.get(id)));
    return answer('DescribeNatGateways', `<natGatewaySet>${items.join('')}</natGatewaySet>`);
  }

  #createFlowLogs(query: URLSearchParams): Ec2Answer {
    const token = query.get('ClientToken') ?? '';
    const request = String(query);
    const before = this.#tokens.get(token);
    if (before !== undefined) {
      return before.request === request
        ? created(before.ids, [])
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
    this.#tokens.set(token, { request, ids });
    return created(
      ids,
      failed.map((id) => ({ id, code: this.unsuccessful.get(id) ?? '' })),
    );
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
      tags: tagsOf(query),
    });
    return id;
  }

  #describeFlowLogs(query: URLSearchParams): Ec2Answer {
    const filters = new Map<string, string[]>();
    for (let n = 1; query.has(`Filter.${n}.Name`); n++) {
      filters.set(query.get(`Filter.${n}.Name`) ?? '', list(query, `Filter.${n}.Value`));
    }
    const found = [...this.flowLogs.values()].filter(({ tags }) =>
      [...filters].every(([name, values]) =>
        values.includes(tags[name.slice('tag:'.length)] ?? ''),
      ),
    );
    return answer('DescribeFlowLogs', `<flowLogSet>${found.map(flowLogXml).join('')}</flowLogSet>`);
  }

  #deleteFlowLogs(query: URLSearchParams): Ec2Answer {
    const failed: { id: string; code: string }[] = [];
    for (const id of list(query, 'FlowLogId')) {
      const code = this.unsuccessful.get(id);
      if (code !== undefined) failed.push({ id, code });
      else if (!this.flowLogs.delete(id)) failed.push({ id, code: 'InvalidFlowLogId.NotFound' });
    }
    return answer('DeleteFlowLogs', unsuccessfulXml(failed));
  }
}

/** An error as EC2 writes it. */
export function ec2Error(code: string, message: string, status = 400): Ec2Answer {
  const error = `<Code>${code}</Code><Message>${xmlText(message)}</Message>`;
  const body = `<Response><Errors><Error>${error}</Error></Errors><RequestID>r</RequestID></Response>`;
  return { status, body };
}

function answer(action: string, body: string): Ec2Answer {
  const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
  return {
    status: 200,
    body: `<${action}Response xmlns="${namespace}">${body}</${action}Response>`,
  };
}

function created(ids: string[], failed: { id: string; code: string }[]): Ec2Answer {
  const items = ids.map((id) => `<item>${id}</item>`).join('');
  return answer(
    'CreateFlowLogs',
    `<flowLogIdSet>${items}</flowLogIdSet>${unsuccessfulXml(failed)}`,
  );
}

function unsuccessfulXml(failed: { id: string; code: string }[]): string {
  const items = failed.map(
    ({ id, code }) =>
      `<item><resourceId>${id}</resourceId><error><code>${code}</code><message>${code} on ${id}</message></error></item>`,
  );
  return `<unsuccessful>${items.join('')}</unsuccessful>`;
}

function gatewayXml(id: string, gateway: FakeNatGateway | undefined): string {
  const { interfaces = [], name, mode = 'zonal', state = 'available' } = gateway ?? {};
  const addresses = interfaces.map(
    (each) => `<item><networkInterfaceId>${each}</networkInterfaceId></item>`,
  );
  const tags = name === undefined ? '' : tagXml('Name', name);
  return `<item><natGatewayId>${id}</natGatewayId><state>${state}</state>
    <availabilityMode>${mode}</availabilityMode><tagSet>${tags}</tagSet>
    <natGatewayAddressSet>${addresses.join('')}</natGatewayAddressSet></item>`;
}

function flowLogXml(flowLog: FakeFlowLog): string {
  const tags = Object.entries(flowLog.tags).map(([key, value]) => tagXml(key, value));
  return `<item><flowLogId>${flowLog.id}</flowLogId><resourceId>${flowLog.resourceId}</resourceId>
    <creationTime>${flowLog.createdAt}</creationTime><flowLogStatus>ACTIVE</flowLogStatus>
    <trafficType>${flowLog.trafficType}</trafficType><logFormat>${xmlText(flowLog.format)}</logFormat>
    <logDestinationType>${flowLog.destinationType}</logDestinationType>
    <logDestination>${flowLog.destination}</logDestination>
    <maxAggregationInterval>${flowLog.interval}</maxAggregationInterval>
    <tagSet>${tags.join('')}</tagSet></item>`;
}

function tagXml(key: string, value: string): string {
  return `<item><key>${xmlText(key)}</key><value>${xmlText(value)}</value></item>`;
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

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
