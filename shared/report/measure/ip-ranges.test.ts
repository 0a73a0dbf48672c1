import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Address } from '../../flow/record.ts';
import { readAddress } from '../../flowlog/values.ts';
import { ShapeError } from '../../read-shape.ts';
import { readIpRanges } from './ip-ranges.ts';

const FIXTURE = join(import.meta.dirname, '../../../tests/fixtures/ip-ranges.json');
const ranges = readIpRanges(JSON.parse(readFileSync(FIXTURE, 'utf8')), 'ip-ranges.json');

function address(text: string): Address {
  const read = new Address();
  readAddress(Buffer.from(`${text}${' '.repeat(17)}`), 0, read);
  return read;
}

test.each([
  ['S3', '52.217.255.255', 'us-east-1'],
  ['S3', '52.218.0.0', undefined],
  ['S3', '192.0.2.127', 'eu-west-1'],
  ['S3', '192.0.2.128', 'us-east-1'],
  ['S3', '192.0.2.192', 'eu-central-1'],
  ['S3', '192.0.2.193', 'us-east-1'],
  ['S3', '198.51.100.1', undefined],
  ['S3', '2001:db8:ffff::1', 'eu-west-1'],
  ['S3', '2001:db8:0:8000::1', 'us-east-1'],
  ['S3', '2001:db8:0:7fff::1', 'eu-west-1'],
  ['S3', '2001:db9::', undefined],
  ['DYNAMODB', '198.51.100.1', 'eu-west-1'],
  ['DYNAMODB', '52.217.0.1', undefined],
])('%s at %s is in %s', (service, text, region) => {
  expect(ranges.regions.get(service)?.of(address(text))).toBe(region);
});

test('the service of an address is that of the longest prefix which is not all of AWS', () => {
  const prefix = (ip_prefix: string, service: string) => ({
    ...{ ip_prefix, service, region: 'us-east-1' },
  });
  const { services } = readIpRanges(
    {
      prefixes: [
        prefix('192.0.2.0/24', 'EC2'),
        prefix('192.0.2.0/24', 'AMAZON'),
        prefix('192.0.2.128/25', 'AMAZON'),
        prefix('192.0.2.64/26', 'S3'),
        prefix('192.0.2.64/26', 'EC2'),
        prefix('198.51.100.0/24', 'AMAZON'),
      ],
      ipv6_prefixes: [],
    },
    'file',
  );
  const asked = ['192.0.2.1', '192.0.2.129', '192.0.2.65', '198.51.100.1', '203.0.113.1'];
  expect(asked.map((text) => services.of(address(text)))).toEqual([
    ...['EC2', 'EC2', 'S3', undefined, undefined],
  ]);
});

test('the longest prefix decides, as it does for another reader of prefixes', () => {
  const v4 = fc
    .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((all) => all.join('.'));
  const v6 = fc.ipV6().filter((text) => !text.includes('.'));
  const prefixes = fc.array(
    fc.oneof(
      fc.record({ text: v4, length: fc.nat(32), family: fc.constant('ipv4' as const) }),
      fc.record({ text: v6, length: fc.nat(128), family: fc.constant('ipv6' as const) }),
    ),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(prefixes, fc.oneof(v4, v6), (list, other) => {
      // The region of a prefix is its text, so that equal ones are the same.
      const named = list.map(({ text, length, family }) => {
        const block = new BlockList();
        block.addSubnet(text, length, family);
        return { prefix: `${text}/${length}`, length, family, block };
      });
      const file = {
        prefixes: named
          .filter(({ family }) => family === 'ipv4')
          .map(({ prefix }) => ({ ip_prefix: prefix, region: prefix, service: 'S3' })),
        ipv6_prefixes: named
          .filter(({ family }) => family === 'ipv6')
          .map(({ prefix }) => ({ ipv6_prefix: prefix, region: prefix, service: 'S3' })),
      };
      const regions = readIpRanges(file, 'file').regions.get('S3');
      for (const asked of [other, ...list.map(({ text }) => text)]) {
        const family = asked.includes(':') ? 'ipv6' : 'ipv4';
        const holding = named.filter(
          (each) => each.family === family && each.block.check(asked, family),
        );
        const longest = Math.max(-1, ...holding.map(({ length }) => length));
        const found = regions?.of(address(asked));
        expect(named.find(({ prefix }) => prefix === found)?.length ?? -1).toBe(longest);
        expect(found === undefined || holding.some(({ prefix }) => prefix === found)).toBe(true);
      }
    }),
  );
});

describe('what is no ip-ranges.json is refused in a sentence', () => {
  const place = { region: 'us-east-1', service: 'S3' };
  test.each([
    [{}, 'file: prefixes is missing'],
    ['', 'file is "", an object was expected'],
    ...[
      '192.0.2.0',
      '192.0.2.0/33',
      '192.0.2/24',
      '/24',
      '2001:db8::/129',
      'a/8',
      '1.2.3.4/-1',
    ].map(
      (ip_prefix) =>
        [
          { prefixes: [{ ip_prefix, ...place }], ipv6_prefixes: [] },
          `file: prefixes.0.ip_prefix is "${ip_prefix}", a prefix like 192.0.2.0/24 was expected`,
        ] as const,
    ),
  ])('%j', (value, message) => {
    expect(() => readIpRanges(value, 'file')).toThrow(new ShapeError(message));
  });
});
