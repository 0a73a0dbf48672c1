import type { Random } from '../fuzz/random.ts';

/** Unix seconds of the recording. */
export const FROM = Date.UTC(2026, 10, 22, 10) / 1000;
export const UNTIL = FROM + 1800;
const VPC = 'vpc-0c1';
const ZONES = ['us-east-1a', 'us-east-1b'];

/** Traffic that a gateway logs: from an address, of what really sent it. */
export interface Sent {
  readonly address: string;
  /** Who it was, as a person in the know would say; what hides behind a node is the node. */
  readonly who: string | undefined;
  readonly namespace: string | undefined;
  readonly from: number;
  readonly until: number;
}

interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly node: Node;
  readonly from: number;
  readonly until: number | undefined;
  readonly isHost: boolean;
}

interface Node {
  readonly id: string;
  readonly number: number;
  readonly address: string;
  /** Its pods keep their addresses. */
  readonly isExternal: boolean;
}

/** A VPC with a cluster of two kinds of nodes, tasks, functions, instances and a stranger, as only its maker knows it. */
export class ClusterWorld {
  readonly sent: Sent[] = [];
  readonly #random: Random;
  readonly #nodes: Node[];
  readonly #pods: Pod[] = [];
  readonly #interfaces: object[] = [];
  readonly #instances: object[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#nodes = Array.from({ length: 4 }, (_, number) => ({
      ...{ id: `i-node${number}`, number, address: `10.40.${number * 8}.${10 + number}` },
      isExternal: number % 2 === 0,
    }));
    for (const node of this.#nodes) this.#fill(node);
    for (let number = 0; number < 5; number++) this.#addTask(number);
    this.#addFunction();
    for (let number = 0; number < 3; number++) this.#addInstance(number);
    this.#send({ address: '10.40.30.1', who: undefined, until: FROM + 60 });
  }

  /** What kubectl prints at the end of the recording, and what it printed in its middle. */
  get podLists(): string[] {
    return [FROM + 900, UNTIL].map((now) => this.#listAt(now));
  }

  /** What EC2 describes. */
  get description() {
    const subnets = ZONES.map((AvailabilityZone, index) => ({
      ...{ SubnetId: `subnet-${index}`, VpcId: VPC, AvailabilityZone },
      CidrBlock: `10.40.${index * 16}.0/20`,
    }));
    return {
      NetworkInterfaces: this.#interfaces,
      Reservations: [{ Instances: this.#instances }],
      Subnets: subnets,
    };
  }

  /** How many pods a node may stand for, by namespace. Nodes that leave pods their addresses hide those without one. */
  hiddenOn(address: string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { node, namespace, isHost } of this.#pods) {
      if (node.address !== address || (node.isExternal && !isHost)) continue;
      counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    }
    return counts;
  }

  #fill(node: Node): void {
    const { number, id, address } = node;
    const block = `10.40.${number * 8 + 1}`;
    this.#instances.push({
      ...{
        InstanceId: id,
        VpcId: VPC,
        SubnetId: `subnet-${number >> 1}`,
        PrivateIpAddress: address,
      },
      Tags: [{ Key: 'Name', Value: `worker-${number}` }],
    });
    this.#interfaces.push({
      ...{ NetworkInterfaceId: `eni-n${number}`, VpcId: VPC, InterfaceType: 'interface' },
      ...{ Attachment: { InstanceId: id }, PrivateIpAddress: address },
      PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
      Ipv4Prefixes: [{ Ipv4Prefix: `${block}.0/28` }, { Ipv4Prefix: `${block}.16/28` }],
    });
    this.#addPod(node, {
      name: `proxy-${number}`,
      namespace: 'kube-system',
      address,
      isHost: true,
    });
    for (let host = 1; host < 12; host++) this.#addTenants(node, `${block}.${host * 2}`, host);
  }

  /** One pod for all of the time, or two that have the address one after the other. */
  #addTenants(node: Node, address: string, host: number): void {
    const random = this.#random;
    const name = `app-${node.number}-${host}`;
    const namespace = () => random.pick(['pay', 'search', 'etl']);
    if (random.chance(0.5)) {
      this.#addPod(node, { name, namespace: namespace(), address });
      return;
    }
    const change = FROM + 300 + random.below(1200);
    const gap = random.below(40);
    this.#addPod(node, { name: `${name}-a`, namespace: namespace(), address, until: change });
    const from = change + gap + 1;
    this.#addPod(node, { name: `${name}-b`, namespace: namespace(), address, from });
  }

  #addPod(
    node: Node,
    pod: Pick<Pod, 'name' | 'namespace' | 'address'> &
      Partial<Pick<Pod, 'from' | 'until' | 'isHost'>>,
  ): void {
    const { from = FROM - 5000, isHost = false, until } = pod;
    const added = { ...pod, node, from, until, isHost };
    this.#pods.push(added);
    const isSeen = node.isExternal && !isHost;
    this.#send({
      address: isSeen ? pod.address : node.address,
      who: isSeen ? `${pod.namespace}/${pod.name}` : `worker-${node.number}`,
      namespace: isSeen ? pod.namespace : undefined,
      ...{ from, until },
    });
  }

  #addTask(number: number): void {
    const address = `10.40.20.${number + 50}`;
    this.#interfaces.push({
      ...{ NetworkInterfaceId: `eni-t${number}`, VpcId: VPC, PrivateIpAddress: address },
      Description: `arn:aws:ecs:us-east-1:123456789012:attachment/${number}`,
      TagSet: [{ Key: 'aws:ecs:serviceName', Value: `shop-${number % 2}` }],
    });
    this.#send({ address, who: `ecs/shop-${number % 2}` });
  }

  #addFunction(): void {
    const address = '10.40.21.9';
    this.#interfaces.push({
      ...{
        NetworkInterfaceId: 'eni-f',
        VpcId: VPC,
        InterfaceType: 'lambda',
        PrivateIpAddress: address,
      },
      Description: 'AWS Lambda VPC ENI-resize-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f',
    });
    this.#send({ address, who: 'lambda/resize' });
  }

  #addInstance(number: number): void {
    const [address, second] = [`10.40.22.${number + 5}`, `10.40.22.${number + 105}`];
    this.#instances.push({
      ...{ InstanceId: `i-${number}`, VpcId: VPC, PrivateIpAddress: address },
      Tags: [{ Key: 'Name', Value: `db-${number}` }],
      NetworkInterfaces: [
        { PrivateIpAddress: address, PrivateIpAddresses: [{ PrivateIpAddress: second }] },
      ],
    });
    for (const each of [address, second]) this.#send({ address: each, who: `db-${number}` });
  }

  #send(
    sent: Pick<Sent, 'address' | 'who'> & {
      namespace?: string | undefined;
      from?: number;
      until?: number | undefined;
    },
  ): void {
    const from = Math.max(FROM, sent.from ?? FROM);
    this.sent.push({ ...sent, namespace: sent.namespace, from, until: sent.until ?? UNTIL });
  }

  #listAt(now: number): string {
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');
    const items = this.#pods
      .filter(({ from }) => from <= now)
      .map(({ name, namespace, address, node, from, until, isHost }) => {
        const isOver = until !== undefined && until <= now;
        const ended = isOver ? { terminated: { finishedAt: iso(until) } } : { running: {} };
        return {
          metadata: { name, namespace },
          spec: { nodeName: `node-${node.number}`, ...(isHost && { hostNetwork: true }) },
          status: {
            ...{ phase: isOver ? 'Succeeded' : 'Running', podIP: address, hostIP: node.address },
            ...{ startTime: iso(from), containerStatuses: [{ state: ended }] },
          },
        };
      });
    return JSON.stringify({ kind: 'List', items });
  }
}
