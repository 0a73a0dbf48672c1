import type { NodePod } from '../../names/claim.ts';
import type { SourceRow } from './report.ts';

/** Pods of one owner on a node. */
interface HiddenOwner {
  readonly namespace?: string | undefined;
  readonly owner?: string | undefined;
  readonly pods: number;
}

/**
 * A source that is a Kubernetes node, and the pods on it. At a NAT gateway its address may stand for all of them: the
 * VPC CNI translates a pod's address to its node's for what leaves the VPC.
 * https://docs.aws.amazon.com/eks/latest/userguide/external-snat.html
 */
export interface HiddenPods {
  readonly node: string;
  readonly address: string;
  readonly bytes: number;
  /** Other pods of the node keep their addresses: these use its network. */
  readonly isKept: boolean;
  readonly pods: number;
  /** Those with most pods first. */
  readonly owners: readonly HiddenOwner[];
}

/**
 * The pods that the nodes among the heaviest sources may stand for. Bytes of a node are never divided among its pods.
 * Where a pod of the node is a source under its own address, only those that use the node's network are hidden.
 */
export function hiddenPodsOf(
  {
    rows,
    nodesOfPods,
  }: { readonly rows: readonly SourceRow[]; readonly nodesOfPods: ReadonlySet<string> },
  pods: readonly NodePod[],
  { start, end }: { readonly start: number; readonly end: number },
): HiddenPods[] {
  const isThere = ({
    from = Number.NEGATIVE_INFINITY,
    until = Number.POSITIVE_INFINITY,
  }: NodePod) => end < start || (from <= end && until > start);
  return rows.flatMap(({ address, labels, bytes }) => {
    const node = labels?.['kind'] === 'pod' ? undefined : labels?.['node'];
    if (node === undefined) return [];
    const isKept = nodesOfPods.has(node);
    const own = pods.filter((pod) => pod.node === node && isThere(pod));
    const owners = ownersOf(own.filter(({ isHost }) => !isKept || isHost !== false));
    const count = owners.reduce((sum, each) => sum + each.pods, 0);
    return count === 0 ? [] : [{ node, address, bytes, isKept, pods: count, owners }];
  });
}

/** The same pod may be in several lists. */
function ownersOf(pods: readonly NodePod[]): HiddenOwner[] {
  const seen = new Set<string>();
  const owners = new Map<string, HiddenOwner>();
  for (const { namespace, owner, pod } of pods) {
    const name = `${namespace ?? ''}/${pod}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const key = `${namespace ?? ''} ${owner ?? ''}`;
    owners.set(key, { namespace, owner, pods: (owners.get(key)?.pods ?? 0) + 1 });
  }
  return [...owners.values()].sort((a, b) => b.pods - a.pods);
}
