import { utcMinute } from '../../../text/utc.ts';
import type { CellSource, CellTarget } from '../cells.ts';
import { NO_DOMAIN } from '../domains.ts';
import { groupText } from '../group-by.ts';
import { portName, protocolName, serviceName, sourceLabel } from '../labels.ts';
import { organizationText } from '../organizations.ts';
import type { Report } from '../report.ts';

/** What a report can be filtered by, in the order in which filters are shown. */
export const DIMENSIONS = [
  ...(['label', 'group', 'source', 'service', 'target', 'domain', 'organization'] as const),
  ...(['destination', 'port', 'time'] as const),
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** One value of a dimension, as the page shows it; of the time, the minute that a step begins with. */
export interface Filter {
  readonly by: Dimension;
  readonly is: string;
}

/** A minute in UTC, as filters name it. */
export function timeName(seconds: number): string {
  return utcMinute(seconds * 1000);
}

/** The name of a destination: its address and port. */
export function destinationName(row: {
  readonly address: string;
  readonly port: number;
  readonly protocol: number;
}): string {
  return `${row.address} :${portName(row)}`;
}

/** The name of a port and its protocol: `443 TCP`. */
export function portLabel({ port, protocol }: { port: number; protocol: number }): string {
  return `${port || '–'} ${protocolName(protocol)}`;
}

/** What stands for sources that have no group. */
const NO_GROUP = 'others';

/** The name of a source's group. */
function groupName({ sourceGroups }: Report, group: number | undefined): string {
  return sourceGroups.groups[group ?? -1]?.label ?? NO_GROUP;
}

/** The value of a source and its target in a dimension; undefined where it differs among what is added up. */
export function nameIn(
  by: Exclude<Dimension, 'time'>,
  report: Report,
  source: CellSource | undefined,
  target: CellTarget,
): string | undefined {
  switch (by) {
    case 'source':
      return source && sourceLabel(source);
    case 'group':
      return source && groupName(report, source.group);
    case 'label':
      return labelOf(report, source, target);
    case 'service':
      return serviceName(target.service);
    case 'target':
      return target.target;
    case 'domain':
      return target.domain === null ? NO_DOMAIN : target.domain;
    case 'organization':
      return target.owner && organizationText(target.owner);
    case 'destination':
      return isAddress(target) ? destinationName(target) : undefined;
    case 'port':
      return isPort(target) ? portLabel(target) : undefined;
  }
}

/** Whether a target is one address and port. */
export function isAddress(
  target: CellTarget,
): target is CellTarget & { address: string; port: number; protocol: number } {
  return target.address !== undefined && isPort(target);
}

/** Whether a target is of one port. */
export function isPort(
  target: CellTarget,
): target is CellTarget & { port: number; protocol: number } {
  return target.port !== undefined && target.protocol !== undefined;
}

/** The group that the report was asked to be grouped by. */
function labelOf(
  { grouping }: Report,
  source: CellSource | undefined,
  { service, domain, owner }: CellTarget,
): string | undefined {
  if (grouping === undefined) return undefined;
  const { by, of } = grouping;
  if (of === 'sources') return source && groupText(source.label ?? null, by);
  if (by === 'service') return service === null ? groupText(null, by) : serviceName(service);
  if (by === 'asn') return owner && organizationText(owner);
  return domain === undefined ? undefined : groupText(domain, by);
}

/** Tells apart sources with the same name. */
export function sourceKey(source: CellSource): string {
  return `${sourceLabel(source)} ${source.label}`;
}
