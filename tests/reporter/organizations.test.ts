import { readFileSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AsnDatabase } from '../../shared/names/asn-database.ts';
import { readQueryLog } from '../../shared/names/read-query-log.ts';
import { ResolvedNames } from '../../shared/names/resolved-names.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { Random } from '../fuzz/random.ts';
import { ASN_FIXTURES, asnEdges, asnRowOf, asnRows } from '../support/asn-table.ts';
import { reportOn, storyLines, storyNetwork } from './story.ts';

const asns = () => new AsnDatabase(readFileSync(join(ASN_FIXTURES, 'asn.mmdb')), 'asn.mmdb');

const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** Whose a peer is, by the table: an AS number, or why there is none. */
function ownerOf(peer: string, service: string, rows = asnRows()): string {
  if (service !== '-') return 'aws';
  if (PRIVATE.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')) return 'private';
  const asn = asnRowOf(peer, rows)?.asn;
  return asn === undefined ? 'none' : `AS${asn}`;
}

test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  'bytes are those of the organisations that the table says: seed %i',
  (seed) => {
    const random = new Random(seed);
    const peers = [...asnEdges().filter((text) => !/^(?:0|::|255|ffff)/.test(text)), '10.9.8.7'];
    const rows = asnRows();
    const sums = new Map<string, number>();
    const lines = random.list(1, 80, () => {
      const peer = random.pick(peers);
      const service = random.chance(0.2) ? random.pick(['S3', 'AMAZON', 'EC2']) : '-';
      const bytes = 1 + random.below(100_000);
      const owner = ownerOf(peer, service, rows);
      sums.set(owner, (sums.get(owner) ?? 0) + bytes);
      const client = isIPv6(peer) ? 'fd00::9' : '10.0.0.9';
      return `${client} ${peer} ${bytes} egress ${service}`;
    });
    const text = `srcaddr dstaddr bytes flow-direction pkt-dst-aws-service\n${lines.join('\n')}\n`;
    const { organizations, naming, totals } = reportOn(text, { top: 1000 }, { asns: asns() });
    const found = organizations?.rows.map(
      ({ of, asn, bytes }) => [of === 'as' ? `AS${asn}` : of, bytes] as const,
    );
    expect(new Map(found)).toEqual(sums);
    const named = [...sums].reduce(
      (sum, [of, bytes]) => sum + (of.startsWith('AS') ? bytes : 0),
      0,
    );
    const looked = named + (sums.get('none') ?? 0);
    expect(naming?.organizations?.bytes).toBe(named);
    expect(naming?.organizations?.share).toBeCloseTo(named / Number(totals.forwarded.bytes), 12);
    expect(naming?.organizations?.shareOfLookedUp).toBeCloseTo(looked > 0 ? named / looked : 0, 12);
  },
);

describe('the story with a database of AS numbers', () => {
  const report = (groupBy?: string, resolved?: ResolvedNames) =>
    reportOn(storyLines(), { network: storyNetwork(), groupBy }, { asns: asns(), resolved });

  test('names the organisation of targets and destinations', () => {
    const { pairs, destinations, organizations } = report();
    const targets = pairs.rows.map(({ target }) => target);
    expect(targets).toContain('203.0.113.77 (Example Net)');
    expect(targets).toContain('S3');
    expect(destinations.rows).toContainEqual(
      expect.objectContaining({
        ...{ address: '203.0.113.77', asn: 64_500, organization: 'Example Net' },
      }),
    );
    const ofAws = destinations.rows.find(({ address }) => address === '52.216.8.51');
    expect(ofAws).not.toHaveProperty('asn');
    expect(organizations?.rows[0]).toMatchObject({ of: 'aws', asn: null });
  });

  test('groups by AS number', () => {
    const { grouping } = report('asn');
    const labels = grouping?.groups.rows.map(({ label }) => label);
    expect(labels?.slice(0, 2)).toEqual(['AWS services', 'Example Net (AS64500)']);
    expect(grouping?.pairs.rows.map(({ to }) => to)).toContain('Example Net (AS64500)');
  });

  test('groups the targets with a domain name by AS number as well', async () => {
    const resolved = new ResolvedNames();
    const log = readFileSync(join(ASN_FIXTURES, '../dns/query-log.json'));
    await readQueryLog(
      (async function* () {
        yield log;
      })(),
      resolved,
    );
    resolved.seal();
    const { grouping, pairs } = report('asn', resolved);
    expect(pairs.rows.map(({ target }) => target)).toContain('example.co.uk');
    const byLabel = (rows: readonly { readonly bytes: number }[] = []) =>
      rows.reduce((sum, { bytes }) => sum + bytes, 0);
    const ofNet = grouping?.pairs.rows.filter(({ to }) => to === 'Example Net (AS64500)');
    const group = grouping?.groups.rows.find(({ label }) => label === 'Example Net (AS64500)');
    expect(byLabel(ofNet)).toBe(group?.bytes);
  });

  test('shows them in every output', () => {
    const made = report();
    expect(renderText(made)).toMatch(
      /^BY ORGANISATION +GiB +share +cost\nAWS services +\d.*\nExample Net \(AS64500\) +1\.87 /m,
    );
    expect(renderText(made)).toMatch(
      /^\d\.\d% of the bytes are of targets with an AS number, 100\.0% of those of targets that are neither private nor named as AWS's, by GeoLite2-ASN of /m,
    );
    expect(renderHtml(made)).toContain('<h3>Organisations</h3>');
    const csv = renderCsv(made);
    expect(csv).toMatch(/^table,.*,cost_usd,asn,organization\r$/m);
    expect(csv).toMatch(/^organizations,,,Example Net \(AS64500\),.*,64500,Example Net\r$/m);
    expect(csv).toMatch(/^destinations,203\.0\.113\.77,.*,64500,Example Net\r$/m);
    expect(JSON.parse(renderJson(made)).organizations.rows[1]).toMatchObject({
      ...{ of: 'as', asn: 64_500, organization: 'Example Net' },
    });
  });

  test('is without them where there is no database', () => {
    const made = reportOn(storyLines(), { network: storyNetwork() });
    expect(made.organizations).toBeUndefined();
    expect(renderText(made)).not.toMatch(/ORGANISATION|AS number/);
    expect(renderCsv(made)).not.toMatch(/asn|organization/);
  });
});
