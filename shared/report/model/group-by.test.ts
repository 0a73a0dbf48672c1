import { describe, expect, test } from '@jest/globals';
import { reportOn, storyLines, storyNetwork } from '../../../tests/reporter/story.ts';
import { readNames } from '../../names/read-names.ts';
import { Tenures } from '../../names/tenures.ts';
import { renderCsv } from '../render/csv.ts';
import { writeMail } from '../render/mail.ts';
import { renderHtml } from '../render/page.ts';
import { renderText } from '../render/text.ts';

const TEAMS = 'cidr,team\n10.20.3.0/24,data\n10.20.5.8,web\n10.20.6.0/23,\n';
const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(2);

function grouped(groupBy: string) {
  const tenures = new Tenures(readNames(TEAMS, 'teams').claims);
  const network = storyNetwork();
  return reportOn(
    storyLines(),
    { network, groupBy },
    { tenures, byGateway: groupBy === 'gateway' },
  );
}

describe('a report by a label of sources', () => {
  const report = grouped('team');

  test('adds up each group, and what has no label', () => {
    expect(report.grouping).toMatchObject({ by: 'team', of: 'sources', known: undefined });
    const rows = report.grouping?.groups.rows ?? [];
    expect(rows.map(({ label, bytes, members }) => [label, gib(bytes), members])).toEqual([
      ['data', '38.21', 2],
      ['web', '1.87', 1],
      [null, '1.52', 37],
    ]);
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    expect(bytes).toBe(Number(report.totals.forwarded.bytes));
  });

  test('has groups in its pairs, its headline, its diagram and its chart', () => {
    const [first] = report.grouping?.pairs.rows ?? [];
    expect([first?.from, first?.to, gib(first?.bytes ?? 0)]).toEqual(['data', 'S3', '34.68']);
    expect(report.headline).toMatchObject({
      kind: 'pair',
      source: null,
      name: 'team data',
      target: 'S3',
    });
    expect(report.headline.text).toBe('$1.56 team data → S3, 83.4% of 41.60 GiB');
    const groups = ['data (2 sources)', 'web (1 source)', 'no team (37 sources)'];
    expect(report.sourceGroups.groups.map(({ label }) => label)).toEqual(groups);
    expect(report.timeline?.series.map(({ label }) => label)).toEqual(groups);
    expect(new Set(report.links.sources.map(({ from }) => from))).toEqual(new Set(groups));
  });

  test('shows them in every output', () => {
    expect(renderText(report)).toMatch(
      /^BY TEAM +GiB +share +cost\ndata +38\.21 +91\.9% +\$1\.72$/m,
    );
    expect(renderText(report)).toMatch(/^WHICH TEAM, TO WHAT .*\ndata → S3 +34\.68 /m);
    expect(renderHtml(report)).toMatch(
      /<bdi>data<\/bdi><\/span> → <span [^>]*><bdi>S3<\/bdi><\/span><\/th>/,
    );
    expect(renderCsv(report)).toMatch(/^groups,.*,data\r$/m);
    expect(renderCsv(report)).toMatch(/^group_pairs,,,,,S3,.*,data\r$/m);
    const { subject, body } = writeMail(report);
    expect(subject).toBe('$1.56 team data -> S3, 83.4% of 41.60 GiB (prod-egress-a)');
    expect(body).toContain(
      'By team: data 38.21 GiB, 91.9%; web 1.87 GiB, 4.5%; no team 1.52 GiB, 3.7%.',
    );
  });
});

test.each([
  ['subnet', ['subnet-01', 'subnet-02']],
  ['vpc', ['vpc-0aa11bb22cc33dd44']],
  ['Name', ['etl-worker-7', 'etl-worker-2', null]],
  ['tag:Name', ['etl-worker-7', 'etl-worker-2', null]],
  ['gateway', ['prod-egress-a']],
  ['service', ['S3', 'AWS (service not said)', null, 'DynamoDB', 'CloudFront']],
])('a report by %s', (by, labels) => {
  const { grouping, totals } = grouped(by);
  const rows = grouping?.groups.rows ?? [];
  expect(new Set(rows.map(({ label }) => label))).toEqual(new Set(labels));
  const sum = (all: readonly { readonly bytes: number }[]) =>
    all.reduce((total, { bytes }) => total + bytes, 0);
  expect(sum(rows)).toBe(Number(totals.forwarded.bytes));
  const pairs = grouping?.pairs;
  expect(sum(pairs?.rows ?? []) + (pairs?.others.bytes ?? 0)).toBe(Number(totals.forwarded.bytes));
});

test('sources of two gateways are told apart by gateway', () => {
  const head = 'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes';
  const lines = [
    'eni-1 10.0.0.9 10.0.0.250 10.0.0.9 198.51.100.9 100',
    'eni-2 10.0.0.9 10.0.1.250 10.0.0.9 198.51.100.9 300',
  ];
  const gateway = (id: string, eni: string) => ({
    NatGatewayId: id,
    NatGatewayAddresses: [{ NetworkInterfaceId: eni }],
  });
  const network = { NatGateways: [gateway('nat-1', 'eni-1'), gateway('nat-2', 'eni-2')] };
  const report = reportOn(
    [head, ...lines].join('\n'),
    { network, groupBy: 'gateway' },
    { byGateway: true },
  );
  expect(report.grouping?.groups.rows.map(({ label, bytes }) => [label, bytes])).toEqual([
    ['nat-2', 300],
    ['nat-1', 100],
  ]);
  expect(report.headline.text).toMatch(/gateway nat-2 → 198\.51\.100\.9, 75\.0% of /);
});

test('a label that no source has is said, with those that there are', () => {
  const report = grouped('teem');
  const sentence = 'no source has the label teem; labels are instance, kind, owner, ';
  expect(renderText(report)).toContain(sentence);
  expect(renderHtml(report)).toContain(sentence);
});
