import { expect, test } from '@jest/globals';
import { Random } from '../../tests/fuzz/random.ts';
import { exportLines } from '../../tests/support/export-lines.ts';
import type { Address } from '../flow/record.ts';
import { asnEncoder } from './asn-encoder.ts';

const FORMAT = 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport bytes packets start end';
/** An AS number for the last octet of an address: none, of 16 bits, and of 32. */
const ASNS: Readonly<Record<number, number>> = {
  ...{ 1: 64_500, 2: 65_535, 3: 65_536, 4: 4_294_967_294, 5: 1 },
};
const asnOf = ({ family, w0, w3 }: Address) => ASNS[(family === 4 ? w0 : w3) & 0xff] ?? 0;
const in16Bits = (asn: number) => (asn > 65_535 ? 23_456 : asn);

/** Addresses of one family that end with these numbers. */
function addresses(isIpv6: boolean, ...ends: readonly number[]): string[] {
  return ends.map((end) => (isIpv6 ? `2001:db8::${end}` : `192.0.2.${end}`));
}

test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
  'each record has the AS numbers of the addresses that it has: seed %i',
  (seed) => {
    const random = new Random(seed);
    const flows = random.list(1, 120, () => {
      const [isIpv6, isTranslated] = [random.chance(0.2), random.chance(0.3)];
      const [from, to] = [random.below(8), random.below(8)];
      return { isIpv6, from, to, own: isTranslated ? 9 : from };
    });
    const lines = flows.map(({ isIpv6, from, to, own }) => {
      const [packetFrom, packetTo, logged] = addresses(isIpv6, from, to, own);
      return `${logged} ${packetTo} ${packetFrom} ${packetTo} 1 2 3 4 1699999900 1699999950`;
    });
    for (const version of [5, 9, 10] as const) {
      const { flows: records } = exportLines(version, FORMAT, lines, {
        encoder: asnEncoder(asnOf),
      });
      const carried = flows.filter(({ isIpv6 }) => version !== 5 || !isIpv6);
      const size = version === 5 ? in16Bits : (asn: number) => asn;
      expect(
        records.map(({ values }) => [
          ...[values['bgpSourceAsNumber'], values['bgpDestinationAsNumber']],
          ...[values['octetDeltaCount'], values['packetDeltaCount']],
        ]),
      ).toEqual(carried.map(({ from, to }) => [size(ASNS[from] ?? 0), size(ASNS[to] ?? 0), 3, 4]));
    }
  },
);

test.each([9, 10] as const)(
  'templates with AS numbers have ids of their own in version %i',
  (v) => {
    const lines = [
      '192.0.2.1 192.0.2.2 192.0.2.1 192.0.2.2 1 2 3 4 5 6',
      '2001:db8::1 2001:db8::2 2001:db8::1 2001:db8::2 1 2 3 4 5 6',
      '192.0.2.9 192.0.2.2 192.0.2.1 192.0.2.2 1 2 3 4 5 6',
    ];
    const ids = (options = {}) =>
      exportLines(v, FORMAT, lines, options).flows.map(({ template }) => template);
    expect(ids()).toEqual([256, 257, 258]);
    expect(ids({ encoder: asnEncoder(asnOf) })).toEqual([264, 265, 266]);
  },
);
