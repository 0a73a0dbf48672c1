import { GATEWAY_ENDPOINTS } from '../../gateway/gateway-endpoints.ts';
import type { ServiceUse } from './advice.ts';
import { type FixMark, markOf } from './fix-mark.ts';
import type { VpcDescription } from './vpc-description.ts';

/** A gateway endpoint that `natflow fix` made or extended before this report's first packet, and what came of it. */
export interface Fixed {
  readonly service: string;
  readonly vpcId: string;
  readonly endpointId: string;
  /** The report that it was made for. */
  readonly before: FixMark;
  /** Bytes exchanged with the service through NAT gateways in the VPC in this report. */
  readonly bytes: number;
}

/**
 * The fixes of earlier reports in the VPCs of this one. A later fix of the same endpoint takes the mark of an earlier
 * one, so each endpoint has at most one. `start` is the first packet's time in Unix seconds.
 */
export function fixedOf(
  uses: readonly Pick<ServiceUse, 'service' | 'vpcId' | 'bytes'>[],
  { VpcEndpoints = [] }: VpcDescription,
  vpcIds: ReadonlySet<string>,
  start: number,
): Fixed[] {
  const named = [...vpcIds].filter((id) => id !== '');
  return VpcEndpoints.flatMap((endpoint) => {
    const { VpcId: vpcId = '', ServiceName = '', VpcEndpointId: endpointId = '' } = endpoint;
    const before = markOf(endpoint);
    const service = serviceNamed(ServiceName);
    if (before === undefined || service === undefined || !vpcIds.has(vpcId)) return [];
    if (Date.parse(before.at) > 1000 * start) return [];
    const bytes = uses
      .filter((use) => use.service === service)
      .filter((use) => use.vpcId === vpcId || (use.vpcId === '' && named.length === 1))
      .reduce((sum, use) => sum + use.bytes, 0);
    return [{ service, vpcId, endpointId, before, bytes }];
  });
}

/** The service of flow logs, `S3`, of an endpoint service, `com.amazonaws.eu-west-1.s3`. */
function serviceNamed(endpointService: string): string | undefined {
  const suffix = endpointService.slice(endpointService.lastIndexOf('.') + 1);
  return Object.entries(GATEWAY_ENDPOINTS).find(([, each]) => each === suffix)?.[0];
}
