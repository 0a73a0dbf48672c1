import { hasGatewayEndpoint } from '../../gateway/gateway-endpoints.ts';
import { transferPerGib } from '../../prices/inter-region.ts';
import { costOf } from '../../prices/prices.ts';
import { dollars, size, unitPrice } from '../../text/units.ts';
import { serviceName } from './labels.ts';
import type { Report } from './report.ts';

/** A service in another region than the lines are from, and what was exchanged with it. */
interface Elsewhere {
  /** The name of the service in flow logs, and its region. */
  readonly service: string;
  readonly region: string;
  /** The region of the lines. */
  readonly home: string;
  readonly upload: number;
  readonly download: number;
}

/** Sentences, without their full stop, on the services of other regions. */
export function elsewhereTexts({ services }: Pick<Report, 'services'>): string[] {
  return services.rows.flatMap(({ service, advice }) =>
    / \([\w-]+\)$/.test(service ?? '') ? [`${serviceName(service)} is ${advice}`] : [],
  );
}

/**
 * What stands with a service of another region: that no gateway endpoint reaches it, and what the transfer between the
 * regions costs beside the gateway, where the price is known. The sender's owner pays.
 */
export function elsewhereText({ service, region, home, upload, download }: Elsewhere): string {
  const endpoint = hasGatewayEndpoint(service) ? 'no gateway endpoint reaches it; ' : '';
  const up = transferText(upload, home, region);
  const down = transferText(download, region, home);
  const parts = [
    ...(up === undefined ? [] : [`${up} sent there`]),
    ...(down === undefined
      ? []
      : [`${down} sent from there, which the owner of what sent it pays`]),
  ];
  const transfer = parts.length > 0 ? `: ${parts.join(', and ')}` : '';
  return `of another region: ${endpoint}data transfer between regions comes on top of these amounts${transfer}`;
}

/** `about $0.12 ($0.02/GiB) for the 6.00 GiB`; undefined for nothing. */
function transferText(bytes: number, from: string, to: string): string | undefined {
  if (bytes === 0) return undefined;
  const perGib = transferPerGib(from, to);
  return perGib === undefined
    ? `an amount that is not known (no price from ${from}) for the ${size(bytes)}`
    : `${dollars(costOf(bytes, perGib))} (${unitPrice(perGib)}/GiB) for the ${size(bytes)}`;
}
