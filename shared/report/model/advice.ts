import { GATEWAY_ENDPOINTS, hasGatewayEndpoint } from '../../gateway/gateway-endpoints.ts';
import { costOf } from '../../prices/prices.ts';
import { routeTableFinder } from './network.ts';
import type {
  EndpointDescription,
  RouteTableDescription,
  VpcDescription,
} from './vpc-description.ts';

/**
 * The state of a service's gateway endpoint in a VPC. missing: there is none. route-table-missing: route tables
 * of clients lack it. in-place: all of them have it. unknown: the VPC or its endpoints are not known. elsewhere:
 * no client is in the VPC, and theirs needs an endpoint of its own.
 */
type EndpointState = 'missing' | 'route-table-missing' | 'in-place' | 'unknown' | 'elsewhere';

/**
 * How it is known that a service's peers are in the region, whose endpoint reaches no other. listed: AWS's address
 * ranges list them all there. unlisted: they do not list some. not-read, not-given: there are no ranges to look at.
 */
export type RegionKnowledge = 'listed' | 'unlisted' | 'not-read' | 'not-given';

/** What a gateway endpoint would save for one service in one VPC. */
export interface Advice {
  readonly service: string;
  readonly region: string;
  readonly regionBy: RegionKnowledge;
  /** Empty when neither the lines nor the description name one. */
  readonly vpcId: string;
  readonly endpointService: string;
  readonly state: EndpointState;
  /** Bytes that were exchanged with the service through NAT gateways in the VPC. */
  readonly serviceBytes: number;
  /** The part of these bytes that would use the endpoint. */
  readonly bytes: number;
  /** Dollars, for those bytes. */
  readonly saving: number;
  readonly routeTableIds: readonly string[];
  /** The AWS CLI command that makes or extends the endpoint; undefined when there is nothing to do. */
  readonly command?: string | undefined;
}

/** The bytes that one client exchanged with a service. */
interface ClientBytes {
  readonly address: string;
  readonly bytes: number;
}

/** The traffic of one service in one VPC. */
export interface ServiceUse {
  readonly service: string;
  readonly vpcId: string;
  readonly bytes: number;
  readonly clients: readonly ClientBytes[];
  readonly regionBy: RegionKnowledge;
}

/** What an advice takes from beside the flows. */
export interface AdviceContext {
  readonly region: string;
  readonly network: VpcDescription | undefined;
  readonly natPerGib: number;
}

const IN_SERVICE: ReadonlySet<string> = new Set(['available', 'pending', '']);

/** The advice on a service's traffic through a NAT gateway; undefined for services without gateway endpoints. */
export function adviseOn(use: ServiceUse, context: AdviceContext): Advice | undefined {
  if (!hasGatewayEndpoint(use.service)) return undefined;
  const { network, region } = context;
  const vpcId = use.vpcId || onlyVpc(network);
  const endpointService = `com.amazonaws.${plain(region)}.${GATEWAY_ENDPOINTS[use.service]}`;
  const { service, regionBy, bytes: serviceBytes } = use;
  const base = { service, region, regionBy, vpcId, endpointService, serviceBytes };
  if (network?.VpcEndpoints === undefined || vpcId === '') {
    return complete({ ...base, state: 'unknown', bytes: use.bytes, routeTableIds: [] }, context);
  }
  const endpoints = gatewayEndpoints(network, { vpcId, endpointService });
  const covered = new Set(endpoints.flatMap(({ RouteTableIds = [] }) => RouteTableIds));
  const tables = bytesByRouteTable(use, network, vpcId);
  const lacking = [...tables].filter(([id]) => !covered.has(id));
  const bytes = lacking.reduce((sum, [, each]) => sum + each, 0);
  const routeTableIds = lacking
    .map(([id]) => id)
    .filter((id) => id !== '')
    .sort();
  const state = stateOf(endpoints.length > 0, tables.size, lacking.length);
  return complete(
    { ...base, state, bytes: Math.min(bytes, use.bytes), routeTableIds },
    context,
    endpoints[0],
  );
}

function stateOf(isThere: boolean, tables: number, lacking: number): EndpointState {
  if (tables === 0) return 'elsewhere';
  if (lacking === 0) return 'in-place';
  return isThere ? 'route-table-missing' : 'missing';
}

/** The gateway endpoints for a service in a VPC, made or being made. */
export function gatewayEndpoints(
  { VpcEndpoints = [] }: VpcDescription,
  { vpcId, endpointService }: Pick<Advice, 'vpcId' | 'endpointService'>,
): EndpointDescription[] {
  return VpcEndpoints.filter(
    ({ VpcEndpointType = 'Gateway', VpcId, ServiceName, State = '' }) =>
      VpcEndpointType === 'Gateway' &&
      VpcId === vpcId &&
      ServiceName === endpointService &&
      IN_SERVICE.has(State.toLowerCase()),
  );
}

/**
 * The bytes of the clients that use each route table. Without a description of subnets and route tables, each
 * table with a route to a NAT gateway counts with all bytes; if none is known, the unnamed table '' does.
 */
function bytesByRouteTable(
  use: ServiceUse,
  network: VpcDescription,
  vpcId: string,
): Map<string, number> {
  const { RouteTables, Subnets } = network;
  if (RouteTables === undefined || Subnets === undefined) {
    return new Map(leadingToNat(RouteTables ?? [], vpcId).map((id) => [id, use.bytes]));
  }
  const find = routeTableFinder(network, vpcId);
  const tables = new Map<string, number>();
  for (const { address, bytes } of use.clients) {
    const id = find(address)?.RouteTableId;
    if (id !== undefined) tables.set(id, (tables.get(id) ?? 0) + bytes);
  }
  return tables;
}

function leadingToNat(tables: readonly RouteTableDescription[], vpcId: string): string[] {
  const leading = tables.filter(
    ({ VpcId, Routes = [] }) => VpcId === vpcId && Routes.some((route) => route.NatGatewayId),
  );
  return leading.length > 0 ? leading.map(({ RouteTableId = '' }) => RouteTableId) : [''];
}

function onlyVpc(network: VpcDescription | undefined): string {
  const { NatGateways = [], Subnets = [], RouteTables = [] } = network ?? {};
  const ids = new Set([...NatGateways, ...Subnets, ...RouteTables].map(({ VpcId }) => VpcId));
  const [id = ''] = ids;
  return ids.size === 1 ? id : '';
}

function complete(
  advice: Omit<Advice, 'saving' | 'command'>,
  { region, natPerGib }: AdviceContext,
  endpoint?: EndpointDescription,
): Advice {
  const saving = costOf(advice.bytes, natPerGib);
  const isOpen = advice.state !== 'in-place' && advice.state !== 'elsewhere';
  const command = isOpen ? endpointCommand({ ...advice, region }, endpoint) : undefined;
  return { ...advice, saving, command };
}

/** The AWS CLI command that makes an endpoint, or adds route tables to one that exists. */
export function endpointCommand(
  {
    region,
    vpcId,
    endpointService,
    routeTableIds,
  }: Pick<Advice, 'region' | 'vpcId' | 'endpointService' | 'routeTableIds'>,
  endpoint?: EndpointDescription,
): string {
  const tables = routeTableIds.length > 0 ? routeTableIds.map(plain).join(' ') : 'ROUTE_TABLE_IDS';
  return endpoint === undefined
    ? `aws ec2 create-vpc-endpoint --region ${plain(region)} --vpc-id ${plain(vpcId) || 'VPC_ID'} --service-name ${endpointService} --route-table-ids ${tables}`
    : `aws ec2 modify-vpc-endpoint --region ${plain(region)} --vpc-endpoint-id ${plain(endpoint.VpcEndpointId ?? '')} --add-route-table-ids ${tables}`;
}

/** Keeps commands safe to paste: text that is not a plain id, or could be an option, is replaced. */
function plain(id: string): string {
  return /^(?:[a-z0-9][a-z0-9-]*)?$/.test(id) ? id : 'UNREADABLE_ID';
}
