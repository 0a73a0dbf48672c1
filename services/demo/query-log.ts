import { CLIENTS } from './clients.ts';
import { CORE_DNS } from './cluster.ts';
import { HOSTS, type Talk } from './exchanges.ts';

/** Addresses in an answer. */
const ANSWERS = 8;
const SECOND = 1000;

/** Who asks, for what, and which addresses the answers have. */
type Lookup = Pick<Talk, 'client' | 'peers'> & NonNullable<Talk['name']>;

/**
 * What Route 53 Resolver logs of a VPC from a time on (Unix ms): a query for each name that the talks' clients look
 * up, until all addresses were answered. Pods ask CoreDNS, so the log has its address.
 */
export function queryLog(talks: readonly Talk[], vpcId: string, from: number): string {
  const lookups = new Map<string, Lookup>();
  for (const { client, peers, name } of talks) {
    if (name !== undefined) lookups.set(`${client} ${name.host}`, { ...name, client, peers });
  }
  const records = [...lookups.values()].flatMap((lookup, index) =>
    answersOf(lookup.peers).map((addresses) =>
      recordOf(lookup, addresses, vpcId, from + index * SECOND),
    ),
  );
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function answersOf(peers: string): string[][] {
  const all = Array.from({ length: HOSTS }, (_, index) => `${peers}${index + 1}`);
  return Array.from({ length: Math.ceil(HOSTS / ANSWERS) }, (_, index) =>
    all.slice(index * ANSWERS, (index + 1) * ANSWERS),
  );
}

function recordOf(
  { client, host, alias }: Lookup,
  addresses: readonly string[],
  vpcId: string,
  at: number,
) {
  const isPod = CLIENTS.some(({ address, kind }) => address === client && kind === 'pod');
  const answer = (Type: string) => (Rdata: string) => ({ Rdata, Type, Class: 'IN' });
  return {
    version: '1.100000',
    account_id: '123456789012',
    region: 'us-east-1',
    vpc_id: vpcId,
    query_timestamp: new Date(at).toISOString().replace(/\.\d+/, ''),
    query_name: `${host}.`,
    query_type: 'A',
    query_class: 'IN',
    rcode: 'NOERROR',
    answers: [
      ...(alias === undefined ? [] : [answer('CNAME')(`${alias}.`)]),
      ...addresses.map(answer('A')),
    ],
    srcaddr: isPod ? CORE_DNS : client,
    srcport: '40112',
    transport: 'UDP',
    srcids: {},
  };
}
