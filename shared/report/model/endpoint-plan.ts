import { type Advice, endpointCommand, gatewayEndpoints } from './advice.ts';
import type { Report } from './report.ts';
import type { VpcDescription } from './vpc-description.ts';

/** What one advice of a report calls for, as the VPC is when the plan is made. */
export interface PlanStep {
  readonly advice: Advice;
  /**
   * create: a gateway endpoint is missing. extend: it exists, without these route tables. nothing: there is nothing to
   * do. refused: what there is to do cannot be told.
   */
  readonly kind: 'create' | 'extend' | 'nothing' | 'refused';
  /** The endpoint to extend, or the one in place. */
  readonly endpointId?: string | undefined;
  /** To create the endpoint with, or to add to it. */
  readonly routeTableIds: readonly string[];
  /** The AWS CLI command that does the same. */
  readonly command?: string | undefined;
  /** Why there is nothing to do, or why it is refused. */
  readonly reason?: string | undefined;
}

/**
 * The gateway endpoints that a report advises and its VPCs lack. The report says which route tables its clients use;
 * `network` says what is there when the plan is made: the gateway endpoints and route tables of those VPCs.
 */
export function endpointPlan(
  { advice, region }: Pick<Report, 'advice' | 'region'>,
  network: VpcDescription,
): PlanStep[] {
  return advice.map((each) => {
    const refused = refusalOf(each, region, network);
    return refused === undefined
      ? stepOf(each, network)
      : { advice: each, kind: 'refused', routeTableIds: [], reason: refused };
  });
}

/** Why a step cannot be told; undefined when it can. */
function refusalOf(
  { state, vpcId, routeTableIds }: Advice,
  region: Report['region'],
  { RouteTables = [] }: VpcDescription,
): string | undefined {
  if (state === 'in-place' || state === 'elsewhere') return undefined;
  if (region.isAssumed) {
    return `no line of the report names a region, ${region.name} is assumed; report with --region`;
  }
  if (vpcId === '' || routeTableIds.length === 0) {
    return 'the report does not say which route tables its clients use; report with --vpc, with a description that has subnets and route tables';
  }
  const there = new Set(
    RouteTables.flatMap((table) => (table.VpcId === vpcId ? [table.RouteTableId] : [])),
  );
  if (there.size === 0) {
    return `these credentials see no route table of ${vpcId} in ${region.name}: it is gone, or of another account`;
  }
  const gone = routeTableIds.filter((id) => !there.has(id));
  return gone.length === 0 ? undefined : `${vpcId} has no ${gone.join(', ')} any more; report anew`;
}

function stepOf(advice: Advice, network: VpcDescription): PlanStep {
  const nothing = (reason: string, endpointId?: string): PlanStep => ({
    ...{ advice, kind: 'nothing', routeTableIds: [], reason, endpointId },
  });
  const { state, vpcId, saving } = advice;
  if (state === 'elsewhere') return nothing(`no client of the service is in ${vpcId}`);
  if (state !== 'in-place' && saving === 0) return nothing('it would save nothing');
  const endpoints = gatewayEndpoints(network, advice);
  const covered = new Set(endpoints.flatMap(({ RouteTableIds = [] }) => RouteTableIds));
  const routeTableIds = advice.routeTableIds.filter((id) => !covered.has(id));
  const [endpoint] = endpoints;
  const endpointId = endpoint?.VpcEndpointId;
  if (state === 'in-place') return nothing('the endpoint was in place when it was reported');
  if (routeTableIds.length === 0) {
    const ids = endpoints.flatMap(({ VpcEndpointId = '' }) => VpcEndpointId);
    return nothing(
      `${advice.routeTableIds.join(', ')} ${advice.routeTableIds.length > 1 ? 'have' : 'has'} one already (${ids.join(', ')})`,
      endpointId,
    );
  }
  const command = endpointCommand({ ...advice, routeTableIds }, endpoint);
  const kind = endpoint === undefined ? 'create' : 'extend';
  return { advice, kind, endpointId, routeTableIds, command };
}
