import { CLIENTS, NODE, type PodClient } from './clients.ts';

const NODE_NAME = `ip-${NODE.replaceAll('.', '-')}.ec2.internal`;
/** Of CoreDNS, which asks the resolver in the pods' place. */
export const CORE_DNS = '10.20.5.3';
/** Pods were started this long before the list. */
const AGE_MS = 3 * 86_400_000;

/** A pod of the list, in the members that say whose its address is. */
interface PodOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly address: string;
  readonly owner: { readonly kind: string; readonly name: string };
  readonly labels?: Readonly<Record<string, string>>;
  readonly hostNetwork?: true;
}

/** What `kubectl get pods -A -o json` prints at a time (Unix ms): the clients that are pods, and the cluster's own pods. */
export function podList(at: number): string {
  const pods = CLIENTS.filter((client) => client.kind === 'pod').map(podOfClient);
  const items = [...pods, ...OWN_PODS].map((each) => podItem(each, at - AGE_MS));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** The node's daemons use its network, so their traffic has its address. */
const OWN_PODS: readonly PodOptions[] = [
  daemon('aws-node', 'aws-node-8xk2v'),
  daemon('kube-proxy', 'kube-proxy-q5n7d'),
  {
    ...{ namespace: 'kube-system', pod: 'coredns-6b9575c64c-7wvpx', address: CORE_DNS },
    owner: { kind: 'ReplicaSet', name: 'coredns-6b9575c64c' },
  },
];

function daemon(name: string, pod: string): PodOptions {
  const owner = { kind: 'DaemonSet', name };
  return { namespace: 'kube-system', pod, address: NODE, owner, hostNetwork: true };
}

function podOfClient({ name, namespace, deployment, address, team }: PodClient): PodOptions {
  const pod = name.slice(namespace.length + 1);
  const replicaSet = pod.slice(0, pod.lastIndexOf('-'));
  return {
    ...{ namespace, pod, address, labels: { app: deployment, team } },
    owner: { kind: 'ReplicaSet', name: replicaSet },
  };
}

function podItem(
  { namespace, pod, address, owner, labels, hostNetwork }: PodOptions,
  from: number,
) {
  const startTime = new Date(from).toISOString().replace(/\.\d+/, '');
  return {
    metadata: { name: pod, namespace, labels, ownerReferences: [{ ...owner, controller: true }] },
    spec: { nodeName: NODE_NAME, hostNetwork },
    status: {
      ...{ phase: 'Running', podIP: address, podIPs: [{ ip: address }], hostIP: NODE, startTime },
    },
  };
}
