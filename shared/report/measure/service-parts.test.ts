import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reportOn } from '../../../tests/reporter/story.ts';
import { renderHtml } from '../render/page.ts';
import { renderText } from '../render/text.ts';
import { readIpRanges } from './ip-ranges.ts';

const FIXTURE = join(import.meta.dirname, '../../../tests/fixtures/ip-ranges.json');
const ranges = readIpRanges(JSON.parse(readFileSync(FIXTURE, 'utf8')), 'ip-ranges.json');
const geography = { ranges, home: () => 'us-east-1' };

/** Peers of the fixture's ranges, with the region that it names; '' for an address in none. */
const PEERS = [
  { service: 'S3', address: '52.216.1.1', region: 'us-east-1' },
  { service: 'S3', address: '192.0.2.1', region: 'eu-west-1' },
  { service: 'S3', address: '192.0.2.2', region: 'eu-west-1' },
  { service: 'S3', address: '192.0.2.192', region: 'eu-central-1' },
  { service: 'S3', address: '2001:db8::7', region: 'eu-west-1' },
  { service: 'S3', address: '8.8.8.8', region: '' },
  { service: 'DYNAMODB', address: '3.218.180.9', region: 'us-east-1' },
  { service: 'DYNAMODB', address: '198.51.100.9', region: 'eu-west-1' },
  { service: 'AMAZON', address: '192.0.2.3', named: 'S3', region: 'eu-west-1' },
  { service: 'AMAZON', address: '8.8.4.4', region: '' },
  { service: '-', address: '192.0.2.4', region: '' },
] as const;

interface Flow {
  readonly peer: (typeof PEERS)[number];
  readonly isUpload: boolean;
  readonly bytes: number;
}

const HEAD =
  'resource-id srcaddr dstaddr flow-direction pkt-src-aws-service pkt-dst-aws-service bytes vpc-id';

/** The lines of a regional gateway's private leg. */
function linesOf(flows: readonly Flow[]): string {
  const line = ({ peer: { service, address }, isUpload, bytes }: Flow) => {
    const client = address.includes(':') ? 'fd00::5' : '10.0.1.5';
    return isUpload
      ? `nat-1 ${client} ${address} ingress - ${service} ${bytes} vpc-1`
      : `nat-1 ${address} ${client} egress ${service} - ${bytes} vpc-1`;
  };
  return `${HEAD}\n${flows.map(line).join('\n')}\n`;
}

/** The name under which a peer's bytes count, as the fixture has it. */
function nameOf({ service, region, ...peer }: Flow['peer']): string | null {
  if (service === '-') return null;
  const name = 'named' in peer ? peer.named : service;
  return region === '' || region === 'us-east-1' ? name : `${name} (${region})`;
}

const flows = fc.array(
  fc.record({
    peer: fc.constantFrom(...PEERS),
    isUpload: fc.boolean(),
    bytes: fc.integer({ min: 1, max: 2 ** 30 }),
  }),
  { minLength: 1, maxLength: 30 },
);

test('bytes to another region are a service of their own, and no saving is promised for them', () => {
  fc.assert(
    fc.property(flows, (list) => {
      const sums = new Map<string | null, number>();
      for (const { peer, bytes } of list) {
        sums.set(nameOf(peer), (sums.get(nameOf(peer)) ?? 0) + bytes);
      }
      const { services, destinations, advice } = reportOn(linesOf(list), {}, { geography });
      const counted = services.rows.map(({ service, bytes }) => [service, bytes] as const);
      expect(new Map(counted)).toEqual(sums);
      for (const { address, service } of destinations.rows) {
        const peer = PEERS.find((each) => each.address === address);
        expect(service).toBe(peer && nameOf(peer));
      }
      const advised = advice.map(({ service, bytes }) => [service, bytes]);
      const home = ['S3', 'DYNAMODB'].flatMap((name) =>
        sums.has(name) ? [[name, sums.get(name)]] : [],
      );
      expect(new Map(advised as [string, number][])).toEqual(new Map(home as [string, number][]));
      const isUnlisted = list.some(({ peer }) => peer.service === 'S3' && peer.region === '');
      for (const { service, regionBy } of advice) {
        expect(regionBy).toBe(service === 'S3' && isUnlisted ? 'unlisted' : 'listed');
      }
    }),
  );
});

test('without ranges a service is one, and the advice says what it assumes', () => {
  const list = PEERS.map((peer) => ({ peer, isUpload: true, bytes: 1 }));
  const { services, advice } = reportOn(linesOf(list));
  const names = services.rows.map(({ service }) => service);
  expect(new Set(names)).toEqual(new Set(['S3', 'DYNAMODB', 'AMAZON', null]));
  expect(advice.map(({ regionBy }) => regionBy)).toEqual(['not-given', 'not-given']);
});

test('lines without services have them by the ranges, and what is in none is not AWS', () => {
  const list = ['52.216.1.1', '192.0.2.1', '198.51.100.9', '203.0.113.1', '8.8.8.8'];
  const lines = list.map((peer) => `nat-1 10.0.1.5 ${peer} ingress 10`);
  const text = `resource-id srcaddr dstaddr flow-direction bytes\n${lines.join('\n')}\n`;
  const report = reportOn(text, {}, { geography });
  const { services } = report;
  expect(new Set(services.rows.map(({ service }) => service))).toEqual(
    new Set(['S3', 'S3 (eu-west-1)', 'DYNAMODB (eu-west-1)', 'CLOUDFRONT', null]),
  );
  expect(renderText(report)).toMatch(
    /^S3 \(eu-west-1\) is of another region: no gateway endpoint/m,
  );
  expect(renderHtml(report)).toContain('S3 (eu-west-1) is of another region: no gateway endpoint');
  const elsewhere = services.rows.find(({ service }) => service === 'S3 (eu-west-1)');
  expect(elsewhere?.advice).toMatch(
    /^of another region: no gateway endpoint reaches it; .*data transfer/,
  );
});
