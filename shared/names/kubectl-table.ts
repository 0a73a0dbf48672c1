import { ShapeError } from '../read-shape.ts';
import type { Claim, NameList } from './claim.ts';
import { claimAt, nodeClaim } from './kubernetes.ts';

/** Columns that the table has to have: `-o wide` shows them. */
const NEEDED = ['NAME', 'STATUS', 'IP', 'NODE'] as const;
type Row = Partial<Record<(typeof NEEDED)[number] | 'NAMESPACE', string>>;
/** What kubectl writes for an absent value. */
const NONE = '<none>';
/** A pod with one of these has ended: whose its address is by now is not said. */
const ENDED =
  /^(?:Completed|Succeeded|Failed|Error|Evicted|OOMKilled|ContainerStatusUnknown|Shutdown)$/;

/** Whether text begins as a table of pods does. */
export function isPodTable(text: string): boolean {
  const [head = ''] = text.split('\n', 1);
  return /^(?:NAMESPACE\s+)?NAME\s+READY\s+STATUS\s/.test(head);
}

/**
 * Reads what `kubectl get pods -A -o wide` prints. It says neither times nor owners nor which pods use their
 * node's network: an address that several pods of a node have is the node's.
 * @throws ShapeError when columns are missing.
 */
export function readPodTable(text: string, what: string): NameList {
  const [head = '', ...lines] = text.split(/\r?\n/);
  const columns = columnsOf(head);
  const missing = NEEDED.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    throw new ShapeError(
      `${what}: the table lacks ${missing.join(', ')}; kubectl shows them with -o wide`,
    );
  }
  const rows = lines.filter((line) => line.trim() !== '').map((line) => rowOf(line, columns));
  const pods = rows.filter(({ STATUS = '', IP }) => IP !== undefined && !ENDED.test(STATUS));
  const users = new Map<string | undefined, number>();
  for (const { IP } of pods) users.set(IP, (users.get(IP) ?? 0) + 1);
  const isOnNode = ({ IP, NODE }: Row) =>
    (users.get(IP) ?? 0) > 1 || (NODE !== undefined && isNodeAddress(NODE, IP));
  return {
    claims: pods.flatMap((row) => (isOnNode(row) ? nodeClaim(row.IP, row.NODE) : podClaim(row))),
    pods: pods.flatMap(({ NAMESPACE: namespace, NAME: pod = '', NODE: node }) =>
      node === undefined ? [] : [{ node, namespace, pod, owner: undefined }],
    ),
  };
}

function podClaim({ NAMESPACE: namespace, NAME: pod = '', IP, NODE: node }: Row): Claim[] {
  return claimAt(IP, {
    kind: 'pod',
    name: namespace === undefined ? pod : `${namespace}/${pod}`,
    labels: {
      ...{ kind: 'pod', pod },
      ...(namespace !== undefined && { namespace }),
      ...(node !== undefined && { node }),
    },
  });
}

/** Where each column begins and ends. Heads are two words at most, and two blanks or more part them. */
function columnsOf(head: string): Map<string, readonly [number, number]> {
  const heads = [...head.matchAll(/\S+(?: \S+)*/g)];
  return new Map(
    heads.map((each, index) => [
      each[0],
      [each.index, heads[index + 1]?.index ?? Number.MAX_SAFE_INTEGER],
    ]),
  );
}

function rowOf(line: string, columns: ReadonlyMap<string, readonly [number, number]>): Row {
  return Object.fromEntries(
    [...columns].flatMap(([name, [from, to]]) => {
      const value = line.slice(from, to).trim();
      return value === '' || value === NONE ? [] : [[name, value]];
    }),
  );
}

/** EC2's names of hosts have the address: `ip-10-0-1-7.ec2.internal`. */
function isNodeAddress(node: string, address = ''): boolean {
  return node.startsWith(`ip-${address.replaceAll('.', '-')}.`);
}
