import * as v from 'valibot';
import { addressOrPrefixOf } from '../flow/prefix.ts';
import { readShape } from '../read-shape.ts';
import type { Claim, Labels, NameList, NodePod } from './claim.ts';

const TEXT = v.optional(v.string());
const TIME = v.optional(v.pipe(v.string(), v.isoTimestamp('a time such as 2026-11-22T10:14:30Z')));
const TEXTS = v.optional(v.record(v.string(), v.string()));
const STATE = v.optional(
  v.object({
    state: v.optional(
      v.object({ terminated: v.optional(v.object({ finishedAt: v.nullish(v.string()) })) }),
    ),
  }),
);
const POD = v.object({
  metadata: v.object({
    name: v.string(),
    namespace: TEXT,
    labels: TEXTS,
    ownerReferences: v.optional(
      v.array(
        v.object({ kind: v.string(), name: v.string(), controller: v.optional(v.boolean()) }),
      ),
    ),
  }),
  spec: v.optional(v.object({ nodeName: TEXT, hostNetwork: v.optional(v.boolean()) })),
  status: v.optional(
    v.object({
      podIP: TEXT,
      podIPs: v.optional(v.array(v.object({ ip: TEXT }))),
      hostIP: TEXT,
      startTime: TIME,
      phase: TEXT,
      containerStatuses: v.optional(v.array(STATE)),
    }),
  ),
});
const PODS = v.object({ items: v.array(POD) });
type Pod = v.InferOutput<typeof POD>;

/** The letters of the hashes in names, which spell no words: `SafeEncodeString` of Kubernetes. */
const HASH = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/;
/** A cron job's job ends with the minute that it was scheduled for, counted since 1970. */
const SCHEDULED = /^(.+)-\d{8,}$/;

/** Whether JSON is a list of Kubernetes, or one pod. */
export function isPodList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return 'items' in value || ('kind' in value && value.kind === 'Pod');
}

/**
 * Reads what `kubectl get pods -A -o json` prints. A pod on its node's network claims no address, because its is the
 * node's; nodes are claimed by the address of their pods' host.
 * @throws ShapeError naming the member that is wrong.
 */
export function readPods(value: unknown, what: string): NameList {
  const isOne = !('items' in (value as object));
  const { items } = readShape(PODS, isOne ? { items: [value] } : value, what);
  return {
    claims: [...items.flatMap(claimsOfPod), ...nodeClaims(items)],
    pods: items.flatMap(onNode),
  };
}

function claimsOfPod(pod: Pod): Claim[] {
  const { metadata, spec = {}, status = {} } = pod;
  const { podIP, podIPs = [] } = status;
  if (spec.hostNetwork === true) return [];
  const owner = ownerOf(metadata);
  const { name, namespace } = metadata;
  const labels: Labels = {
    kind: 'pod',
    pod: name,
    ...(namespace !== undefined && { namespace }),
    ...(owner !== undefined && { owner }),
    ...(spec.nodeName !== undefined && { node: spec.nodeName }),
    ...prefixed(metadata.labels),
  };
  const called = namespace === undefined ? name : `${namespace}/${name}`;
  return [...new Set([podIP, ...podIPs.map(({ ip }) => ip)])].flatMap((text) =>
    claimAt(text, { kind: 'pod', name: called, labels, ...timeOf(pod) }),
  );
}

/** A pod that is not placed is on no node. */
function onNode(pod: Pod): NodePod[] {
  const { metadata, spec = {} } = pod;
  const { name, namespace } = metadata;
  if (spec.nodeName === undefined) return [];
  return [
    {
      ...{ node: spec.nodeName, namespace, pod: name, owner: ownerOf(metadata) },
      ...{ isHost: spec.hostNetwork === true, ...timeOf(pod) },
    },
  ];
}

function timeOf({ status = {} }: Pod): Pick<Claim, 'from' | 'until'> {
  const isOver = status.phase === 'Succeeded' || status.phase === 'Failed';
  return { from: seconds(status.startTime), until: isOver ? finishOf(status) : undefined };
}

function prefixed(labels: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`label:${key}`, value]));
}

/** When the last container of a pod that is over has ended; undefined when that is not said. */
function finishOf({ containerStatuses = [] }: NonNullable<Pod['status']>): number | undefined {
  const ends = containerStatuses.map((each) => seconds(each?.state?.terminated?.finishedAt));
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : Math.max(...known) + 1;
}

/**
 * The deployment or cron job that a pod is of, by its owner: a replica set is named after its deployment and a hash,
 * a job after its cron job and a number. A pod of neither is its owner's, if it has one: `daemonset/kube-proxy`.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
 */
function ownerOf({ ownerReferences = [], labels = {} }: Pod['metadata']): string | undefined {
  const owner = ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0];
  if (owner === undefined) return undefined;
  const { kind, name } = owner;
  if (kind === 'ReplicaSet') {
    const hash = labels['pod-template-hash'];
    const isHashed = hash !== undefined && name.endsWith(`-${hash}`);
    const deployment = isHashed ? name.slice(0, -hash.length - 1) : HASH.exec(name)?.[1];
    if (deployment !== undefined) return `deployment/${deployment}`;
  }
  const [, cronJob] = (kind === 'Job' && SCHEDULED.exec(name)) || [];
  return cronJob === undefined ? `${kind.toLowerCase()}/${name}` : `cronjob/${cronJob}`;
}

/** Nodes by the address of their pods' host. It holds at all times: nodes live longer than most recordings. */
function nodeClaims(pods: readonly Pod[]): Claim[] {
  const nodes = new Map<string, string>();
  for (const { spec, status } of pods) {
    if (spec?.nodeName !== undefined && status?.hostIP !== undefined) {
      nodes.set(`${status.hostIP} ${spec.nodeName}`, spec.nodeName);
    }
  }
  return [...nodes].flatMap(([key, name]) => nodeClaim(key.split(' ')[0], name));
}

/** The claim of a node to its address. */
export function nodeClaim(address: string | undefined, name: string | undefined): Claim[] {
  if (name === undefined) return [];
  return claimAt(address, { kind: 'node', name, labels: { kind: 'node', node: name } });
}

/** A claim of one address; none where there is no address. */
export function claimAt(text: string | undefined, claim: Omit<Claim, 'prefix'>): Claim[] {
  const prefix = text === undefined ? undefined : addressOrPrefixOf(text);
  return prefix === undefined ? [] : [{ ...claim, prefix }];
}

function seconds(time: string | null | undefined): number | undefined {
  const parsed = time == null ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? undefined : Math.floor(parsed / 1000);
}
