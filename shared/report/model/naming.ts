import { counted, percent, size } from '../../text/units.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { sourceText } from '../measure/exchange.ts';
import { BYTES } from '../measure/flow-tables.ts';
import { type NamedTargets, namedTargets, targetsText } from './domains.ts';
import type { HiddenPods } from './hidden-pods.ts';
import type { NamesOf } from './names.ts';
import { type NamedOrganizations, namedOrganizations, organizationsText } from './organizations.ts';
import type { Report } from './report.ts';

/** How much of the bytes that count has a name. */
export interface Naming {
  /** Bytes of sources with a name or an id, and their share of all, 0 to 1. */
  readonly sources?: NamedBytes | undefined;
  /** Bytes of peers with a domain name; absent where there are no query logs. */
  readonly targets?: NamedTargets | undefined;
  /** Bytes of peers with an AS number; absent where there is no database of them. */
  readonly organizations?: NamedOrganizations | undefined;
}

interface NamedBytes {
  readonly bytes: number;
  readonly share: number;
}

const CNI =
  "lines do not say which pod it was: the VPC CNI puts the node's address in place of a pod's for what leaves the VPC; with AWS_VPC_K8S_CNI_EXTERNALSNAT=true pods keep theirs";

/** The most nodes, and the most owners of their pods, that are named in sentences. */
const MOST_NODES = 5;
const MOST_OWNERS = 6;

/** How much the names cover; undefined where there are none. */
export function namingOf(
  aggregate: Aggregate,
  names: NamesOf,
  { network }: { readonly network?: object | undefined },
): Naming | undefined {
  const { tables, totals, tenures, resolved, asns } = aggregate;
  const { sources } = tables;
  const beside = [network, tenures, resolved, asns];
  if (beside.every((each) => each === undefined)) return undefined;
  const all = Number(totals.upload.bytes.toBigInt() + totals.download.bytes.toBigInt());
  let bytes = 0;
  for (const entry of sources.entries()) {
    const { id, name } = names(sourceText(sources.keyOf(entry), 0));
    if (id !== undefined || name !== undefined) bytes += sources.value(entry, BYTES);
  }
  const hasNames = network !== undefined || tenures !== undefined;
  return {
    sources: hasNames ? { bytes, share: all > 0 ? bytes / all : 0 } : undefined,
    targets: namedTargets(aggregate, all),
    organizations: namedOrganizations(aggregate, all),
  };
}

/** The nodes with a pod that is a source under its own address. */
export function nodesOfPods({ tables: { sources } }: Aggregate, names: NamesOf): Set<string> {
  const nodes = new Set<string>();
  for (const entry of sources.entries()) {
    const { labels } = names(sourceText(sources.keyOf(entry), 0));
    const node = labels?.['kind'] === 'pod' ? labels['node'] : undefined;
    if (node !== undefined) nodes.add(node);
  }
  return nodes;
}

/** How much has a name, in sentences without their full stop. */
export function namingText({ naming }: Report): string[] {
  if (naming === undefined) return [];
  const { sources, targets, organizations } = naming;
  return [
    ...(sources === undefined
      ? []
      : [`${percent(sources.share)} of the bytes are of sources with a name or an id`]),
    ...(targets === undefined ? [] : [targetsText(targets)]),
    ...(organizations === undefined ? [] : [organizationsText(organizations)]),
  ];
}

/** Which pods each node may stand for, and what would show them; sentences without their full stop. */
export function hiddenPodsText({ hiddenPods = [] }: Pick<Report, 'hiddenPods'>): string[] {
  if (hiddenPods.length === 0) return [];
  const others = hiddenPods.length - MOST_NODES;
  return [
    ...hiddenPods.slice(0, MOST_NODES).map(nodeText),
    ...(others > 0 ? [`and ${counted(others, 'node')} more`] : []),
    ...(hiddenPods.some(({ isKept }) => !isKept) ? [CNI] : []),
  ];
}

function nodeText({ node, address, bytes, isKept, pods, owners }: HiddenPods): string {
  const shown = owners.slice(0, MOST_OWNERS).map((each) => {
    const name = [each.namespace, each.owner].filter((part) => part !== undefined).join(' ');
    return `${name || 'no namespace'} (${each.pods})`;
  });
  const others = owners.length - shown.length;
  const more = others > 0 ? [`${counted(others, 'other owner')}`] : [];
  return `the ${size(bytes)} of node ${node} (${address}) may be those of any of its ${counted(pods, 'pod')}${isKept ? ' that use its network' : ''}: ${[...shown, ...more].join(', ')}`;
}
