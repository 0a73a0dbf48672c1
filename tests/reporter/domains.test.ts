import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readQueryLog } from '../../shared/names/read-query-log.ts';
import { ResolvedNames } from '../../shared/names/resolved-names.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { Random } from '../fuzz/random.ts';
import { reportOn, storyLines, storyNetwork } from './story.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, '../fixtures/dns/query-log.json'));

async function resolvedOf(...texts: readonly (string | Uint8Array)[]): Promise<ResolvedNames> {
  const resolved = new ResolvedNames();
  for (const text of texts) {
    await readQueryLog(
      (async function* () {
        yield Buffer.from(text);
      })(),
      resolved,
    );
  }
  resolved.seal();
  return resolved;
}

/** Names, and the domains that a person knows them to be of. */
const DOMAINS: Readonly<Record<string, string>> = {
  'api.alpha.com': 'alpha.com',
  'cdn.img.alpha.com': 'alpha.com',
  'alpha.com': 'alpha.com',
  'www.beta.co.uk': 'beta.co.uk',
  'gamma.github.io': 'gamma.github.io',
  'lake.s3.amazonaws.com': 'lake.s3.amazonaws.com',
  'sqs.us-east-1.amazonaws.com': 'sqs.us-east-1.amazonaws.com',
  'db.corp.internal': 'corp.internal',
};
const CLIENTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1'];
const PEERS = [
  '192.0.2.1',
  '192.0.2.2',
  '198.51.100.7',
  '203.0.113.9',
  '2001:db8::5',
  '2001:db8:0:1::6',
];
const T = Date.UTC(2026, 10, 22, 10) / 1000;

interface Told {
  readonly name: string;
  readonly client: string;
  readonly vpc: string;
  readonly time: number;
  readonly peers: readonly string[];
}

/** A record as the Resolver writes it: a chain of aliases before addresses, which may be IPv6 in capitals. */
function recordOf({ name, client, vpc, time, peers }: Told, random: Random): string {
  const aliases = random.list(0, 3, () => ({
    ...{ Rdata: `edge-${random.below(9)}.cdn.example.net.`, Type: 'CNAME', Class: 'IN' },
  }));
  const addresses = peers.map((peer) => ({
    Rdata: random.chance(0.5) ? peer.toUpperCase() : peer,
    Type: peer.includes(':') ? 'AAAA' : 'A',
    Class: 'IN',
  }));
  return JSON.stringify({
    ...{ version: '1.100000', account_id: '123456789012', region: 'us-east-1', vpc_id: vpc },
    query_timestamp: new Date(time * 1000).toISOString().replace('.000', ''),
    ...{ query_name: `${name}.`, query_type: 'A', query_class: 'IN', rcode: 'NOERROR' },
    answers: [...aliases, ...addresses],
    ...{ srcaddr: client, srcport: '5353', transport: 'UDP', srcids: { instance: 'i-1' } },
  });
}

/** What a flow's peer is called, found by looking at every answer. */
function domainOf(
  told: readonly Told[],
  client: string,
  peer: string,
  start: number,
): string | null {
  const about = told.filter(({ peers, vpc }) => vpc === 'vpc-1' && peers.includes(peer));
  const everywhere = told.filter((each) => each.client === client && each.peers.includes(peer));
  const own = everywhere.filter(({ time }) => time <= start);
  const latest = Math.max(...own.map(({ time }) => time));
  const last = own.filter(({ time }) => time === latest).at(-1);
  if (last !== undefined) return DOMAINS[last.name] ?? '';
  const domains = [...new Set(about.map(({ name }) => DOMAINS[name] ?? ''))].sort();
  if (domains.length === 0) return null;
  return domains.length > 3 ? 'one of many domains' : domains.join(' or ');
}

test.each(Array.from({ length: 30 }, (_, seed) => seed + 1))(
  'targets are called what their client was told last, else what others were told: seed %i',
  async (seed) => {
    const random = new Random(seed);
    const told = random.list(
      1,
      25,
      (): Told => ({
        name: random.pick(Object.keys(DOMAINS)),
        client: random.pick(CLIENTS),
        vpc: random.chance(0.8) ? 'vpc-1' : 'vpc-2',
        time: T - 3600 + random.below(5400),
        peers: random.list(1, 3, () => random.pick(PEERS)),
      }),
    );
    const records = told.map((each) => recordOf(each, random));
    const half = records.length >> 1;
    const resolved = await resolvedOf(
      `${records.slice(0, half).join('\n')}\n`,
      gzipSync(records.slice(half).join('\n')),
    );
    const sums = new Map<string | null, number>();
    const lines = random.list(1, 60, () => {
      const [peer, start] = [random.pick(PEERS), T + random.below(1800)];
      const client = random.pick(
        CLIENTS.filter((each) => each.includes(':') === peer.includes(':')),
      );
      const bytes = 1 + random.below(1000);
      // Of a VPC without any record, the answers of all count.
      const hasVpc = told.some(({ vpc }) => vpc === 'vpc-1');
      const known = hasVpc ? told : told.map((each) => ({ ...each, vpc: 'vpc-1' }));
      const domain = domainOf(known, client, peer, start);
      sums.set(domain, (sums.get(domain) ?? 0) + bytes);
      return `vpc-1 ${client} ${peer} ${start} ${start + 59} ${bytes} egress`;
    });
    const text = `vpc-id srcaddr dstaddr start end bytes flow-direction\n${lines.join('\n')}\n`;
    const { domains, naming, totals } = reportOn(text, { top: 1000 }, { resolved });
    const found = new Map(domains?.rows.map(({ domain, bytes }) => [domain, bytes] as const));
    expect(found).toEqual(sums);
    const { own = 0, vpc = 0, shared = 0, share = 0 } = naming?.targets ?? {};
    const named = Number(totals.forwarded.bytes) - (sums.get(null) ?? 0);
    expect(own + vpc + shared).toBe(named);
    expect(share).toBeCloseTo(named / Number(totals.forwarded.bytes), 12);
  },
);

describe("the story with its resolver's log", () => {
  const report = async (groupBy?: string) =>
    reportOn(
      storyLines(),
      { network: storyNetwork(), groupBy },
      { resolved: await resolvedOf(FIXTURE) },
    );

  test('has domains in pairs, destinations and a table, and says how they were found', async () => {
    const { pairs, destinations, domains, naming } = await report();
    const targets = pairs.rows.map(({ target }) => target);
    expect(targets).toContain('example.co.uk');
    expect(targets).toContain('shared-a.com or shared-b.org');
    const names = destinations.rows.map(({ address, name }) => [address, name]);
    expect(names).toContainEqual(['52.216.8.51', 'data-lake.s3.amazonaws.com']);
    expect(names).toContainEqual(['203.0.113.77', 'api.partner.example.co.uk']);
    expect(domains?.rows[0]?.domain).toBe('data-lake.s3.amazonaws.com');
    expect(domains?.rows.map(({ domain }) => domain)).toContain('logs.us-east-1.amazonaws.com');
    const { own = 0, vpc = 0, shared = 0 } = naming?.targets ?? {};
    const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(2);
    expect([own, vpc, shared].map(gib)).toEqual(['32.16', '7.88', '0.50']);
  });

  test('groups by domain', async () => {
    const { grouping, headline } = await report('domain');
    expect(grouping?.groups.rows[0]).toMatchObject({ label: 'data-lake.s3.amazonaws.com' });
    expect(headline.text).toMatch(/etl-worker-7 → data-lake\.s3\.amazonaws\.com, 75\.7% of /);
  });

  test('shows them in every output', async () => {
    const made = await report();
    expect(renderText(made)).toMatch(
      /^BY DOMAIN +GiB +share +cost\ndata-lake\.s3\.amazonaws\.com +35\.12 /m,
    );
    expect(renderText(made)).toMatch(
      /^\d\d\.\d% of the bytes are of targets with a domain name: \d\d\.\d% as their client was told before, /m,
    );
    expect(renderHtml(made)).toContain('<h3>Domains</h3>');
    expect(renderCsv(made)).toMatch(/^domains,,,data-lake\.s3\.amazonaws\.com,/m);
  });
});
