/**
 * Rules about NAT gateways: id, name, what a flow log attaches to, the name of the alarm, and the metrics of
 * processed bytes.
 */

/** The id of a NAT gateway, `nat-` and hexadecimal digits (8 in old accounts, 17 since 2016). */
const NAT_GATEWAY_ID = /^nat-[0-9a-f]+$/;

/** A NAT gateway of the account and region, as EC2 describes it. */
export interface NatGateway {
  readonly id: string;
  /** EC2's state: `pending`, `available`, `deleting`, `deleted` or `failed`. */
  readonly state: string;
  /** Zonal gateways have network interfaces, regional ones have none. */
  readonly mode: 'zonal' | 'regional';
  readonly tags: Readonly<Record<string, string>>;
  readonly vpcId?: string | undefined;
  /** Each interface once, although several addresses may share one. Empty for a regional gateway. */
  readonly interfaceIds: readonly string[];
}

/** What CreateFlowLogs attaches the flow log of a gateway to: its ResourceType and ResourceIds. */
export interface FlowLogTarget {
  readonly resourceType: 'NetworkInterface' | 'RegionalNatGateway';
  readonly resourceIds: readonly string[];
}

/** The CloudWatch namespace and dimension of a NAT gateway's metrics. */
export const NAT_GATEWAY_NAMESPACE = 'AWS/NATGateway';
export const NAT_GATEWAY_DIMENSION = 'NatGatewayId';

/**
 * The metrics that add up to the bytes that a gateway processes: bytes in from clients, and bytes in from
 * destinations. The two metrics of bytes out would count every byte again.
 * https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
 */
export const BYTES_UP_METRIC = 'BytesInFromSource';
export const BYTES_DOWN_METRIC = 'BytesInFromDestination';

/** Whether the text is the id of a NAT gateway. */
export function isNatGatewayId(text: string): boolean {
  return NAT_GATEWAY_ID.test(text);
}

/** The gateway's Name tag; undefined when it is missing or empty. */
export function gatewayName({ tags }: Pick<NatGateway, 'tags'>): string | undefined {
  return tags['Name'] || undefined;
}

/** A zonal gateway is recorded on all its interfaces, a regional one by its own id. */
export function flowLogTarget({ id, mode, interfaceIds }: NatGateway): FlowLogTarget {
  return mode === 'regional'
    ? { resourceType: 'RegionalNatGateway', resourceIds: [id] }
    : { resourceType: 'NetworkInterface', resourceIds: interfaceIds };
}

/** The name of the gateway's alarm in a stack. The stack may be a CloudFormation reference. */
export function alarmName(stack: string, gatewayId: string): string {
  return `${alarmNamePrefix(stack)}${gatewayId}`;
}

/** The prefix of the names of all alarms of a stack. */
export function alarmNamePrefix(stack: string): string {
  return `${stack}-`;
}

/** The gateway whose alarm this is; undefined for every alarm that is not one of the stack's. */
export function gatewayOfAlarm(stack: string, name: string): string | undefined {
  const prefix = alarmNamePrefix(stack);
  const gatewayId = name.slice(prefix.length);
  return name.startsWith(prefix) && isNatGatewayId(gatewayId) ? gatewayId : undefined;
}
