import { hasGatewayEndpoint } from '../../gateway/gateway-endpoints.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { addressText } from '../measure/exchange.ts';
import { BYTES, PAIR } from '../measure/flow-tables.ts';
import type { ServiceUse } from './advice.ts';
import { serviceOf } from './tables.ts';

/** Every service in every VPC, with all clients that use the service. */
export function usesOf(aggregate: Aggregate, rangesFailed: boolean): ServiceUse[] {
  return bytesByService(aggregate).map(({ id, service, vpcId, bytes }) => ({
    service,
    vpcId,
    bytes,
    clients: hasGatewayEndpoint(service) ? clientsOf(aggregate, id) : [],
    regionBy: regionBy(aggregate, service, rangesFailed),
  }));
}

/** The bytes that were exchanged with every service in every VPC. */
export function bytesByService(aggregate: Aggregate) {
  const { services } = aggregate.tables;
  return [...services.entries()].map((entry) => {
    const [id = 0, vpc = 0] = services.keyOf(entry);
    return {
      id,
      service: serviceOf(aggregate, id) ?? '',
      vpcId: aggregate.vpcName(vpc),
      bytes: services.value(entry, BYTES),
    };
  });
}

function regionBy(
  { parts }: Aggregate,
  service: string,
  rangesFailed: boolean,
): ServiceUse['regionBy'] {
  if (parts === undefined) return rangesFailed ? 'not-read' : 'not-given';
  return parts.unlisted.has(service) ? 'unlisted' : 'listed';
}

function clientsOf({ tables: { pairs } }: Aggregate, service: number): ServiceUse['clients'] {
  const clients = [];
  for (const entry of pairs.entries()) {
    const key = pairs.keyOf(entry);
    if (key[PAIR.service] !== service) continue;
    clients.push({ address: addressText(key, PAIR.client), bytes: pairs.value(entry, BYTES) });
  }
  return clients;
}
