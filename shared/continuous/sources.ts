import type { Complain } from '../gateway/choose-gateways.ts';

/** What a flow log can be of, as CreateFlowLogs and CloudFormation name it, by how its ids begin. */
const RESOURCE_TYPES = {
  vpc: 'VPC',
  subnet: 'Subnet',
  eni: 'NetworkInterface',
  tgw: 'TransitGateway',
  'tgw-attach': 'TransitGatewayAttachment',
} as const;

const ID = /^(vpc|subnet|eni|tgw|tgw-attach)-([0-9a-f]+)$/;

/** A resource whose flows are exported all the time. */
export interface ContinuousSource {
  readonly id: string;
  readonly resourceType: (typeof RESOURCE_TYPES)[keyof typeof RESOURCE_TYPES];
}

/** A source that exists, and the ids of what it is a part of: its subnet, its VPC, its transit gateway. */
export interface FoundSource {
  readonly id: string;
  readonly partOf: readonly string[];
}

/** The sources that the parameter ContinuousSources lists, each once and ordered by id. */
export function readSources(continuousSources: string, complain: Complain): ContinuousSource[] {
  const ids = continuousSources.split(',').map((part) => part.trim());
  const sources = [...new Set(ids)].filter((id) => id !== '').sort();
  return sources.flatMap((id) => {
    const kind = ID.exec(id)?.[1] as keyof typeof RESOURCE_TYPES | undefined;
    if (kind !== undefined) return [{ id, resourceType: RESOURCE_TYPES[kind] }];
    complain(
      `ContinuousSources: "${id}" is not the id of a VPC, subnet, network interface, transit gateway or attachment (vpc-, subnet-, eni-, tgw-, tgw-attach-)`,
    );
    return [];
  });
}

/** Reports sources that do not exist, and those whose flows another source has as well. */
export function checkSources(
  sources: readonly ContinuousSource[],
  found: readonly FoundSource[],
  complain: Complain,
): void {
  const ids = new Set(sources.map(({ id }) => id));
  const missing = [...ids].filter((wanted) => !found.some(({ id }) => id === wanted));
  if (missing.length > 0) {
    complain(`ContinuousSources: there is no ${missing.join(', ')} in this account and region`);
  }
  for (const { id, partOf } of found) {
    const whole = partOf.find((each) => ids.has(each));
    if (!ids.has(id) || whole === undefined) continue;
    complain(`ContinuousSources: ${id} is a part of ${whole}, so its flows would come twice`);
  }
}

/** Whether it is a transit gateway or an attachment, whose flow logs have fields of their own. */
export function isTransit({ resourceType }: Pick<ContinuousSource, 'resourceType'>): boolean {
  return resourceType.startsWith('TransitGateway');
}
