import type { FoundSource } from '../../shared/continuous/sources.ts';
import type { NatGateway } from '../../shared/gateway/nat-gateway.ts';
import type { RouteTable } from '../../shared/gateway/route.ts';

/** A subnet and its VPC. */
export type Subnet = { readonly id: string; readonly vpcId: string };

/** What CloudWatch metered of a source's traffic in the last week. */
export interface SourceTraffic {
  readonly weekBytes: number;
  /** False: only what went through NAT gateways in it is metered. */
  readonly isWhole: boolean;
}

/** Read-only queries about an account and its region. */
export interface Survey {
  readonly region: string;
  gateways(): Promise<NatGateway[]>;
  /** The most bytes in a minute of the last week, both directions; undefined when nothing was metered. */
  peak(gatewayId: string): Promise<number | undefined>;
  /** The flow logs on these resources, each with the stack that made it, if a stack did. */
  flowLogs(
    resourceIds: readonly string[],
  ): Promise<readonly { readonly stack: string | undefined }[]>;
  /** The subnets with these ids that exist. */
  subnets(ids: readonly string[]): Promise<Subnet[]>;
  routeTables(vpcIds: readonly string[]): Promise<RouteTable[]>;
  /** Those of these continuous sources that exist. */
  sources(ids: readonly string[]): Promise<FoundSource[]>;
  /** Undefined when nothing in it is metered. */
  sourceTraffic(id: string): Promise<SourceTraffic | undefined>;
}

/** The same survey, which asks for the gateways, and for each gateway's peak, only once. */
export function askingOnce(survey: Survey): Survey {
  let gateways: Promise<NatGateway[]> | undefined;
  const peaks = new Map<string, Promise<number | undefined>>();
  return {
    region: survey.region,
    gateways() {
      gateways ??= survey.gateways();
      return gateways;
    },
    peak(gatewayId) {
      const peak = peaks.get(gatewayId) ?? survey.peak(gatewayId);
      peaks.set(gatewayId, peak);
      return peak;
    },
    flowLogs: (resourceIds) => survey.flowLogs(resourceIds),
    subnets: (ids) => survey.subnets(ids),
    routeTables: (vpcIds) => survey.routeTables(vpcIds),
    sources: (ids) => survey.sources(ids),
    sourceTraffic: (id) => survey.sourceTraffic(id),
  };
}
