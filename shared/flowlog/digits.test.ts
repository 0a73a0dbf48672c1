import { isIP } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLine, withEveryByte } from '../../tests/support/read-line.ts';
import type { FlowRecord } from '../flow/record.ts';

const INTEGERS = ['srcport', 'dstport', 'protocol', 'tcp-flags'];
const COUNTERS = ['packets', 'bytes'];
const TIMES = ['start', 'end'];
const UNUSED = [
  'version',
  'traffic-path',
  'packets-lost-no-route',
  'packets-lost-blackhole',
  'packets-lost-mtu-exceeded',
  'packets-lost-ttl-expired',
];
const ADDRESSES = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr'];

const TWO_32 = 2n ** 32n;
const TWO_64 = 2n ** 64n;
/** From this number on, digits are milliseconds. */
const FIRST_MILLISECONDS = 100_000_000_000;

/** The flow of a valid value of the field, followed by another value. */
const readValue = (field: string, value: string) => readLine(`${field} vpc-id`, `${value} vpc-1`);

const readBytes = (field: string, value: Uint8Array) =>
  readLine(`${field} vpc-id`, Buffer.concat([value, Buffer.from(' vpc-1')]));

/** The members of the flow that each field fills. */
const FILLED: Record<string, (flow: FlowRecord) => number | bigint> = {
  srcport: (flow) => flow.sourcePort,
  dstport: (flow) => flow.destinationPort,
  protocol: (flow) => flow.protocol,
  'tcp-flags': (flow) => flow.tcpFlags,
  start: (flow) => flow.start,
  end: (flow) => flow.end,
  packets: (flow) => whole(flow.packetsHigh, flow.packetsLow),
  bytes: (flow) => whole(flow.bytesHigh, flow.bytesLow),
};

function whole(high: number, low: number): bigint {
  return BigInt(high >>> 0) * TWO_32 + BigInt(low >>> 0);
}

function numberIn(field: string, digits: string): number | bigint | undefined {
  const flow = readValue(field, digits);
  return flow && FILLED[field]?.(flow);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

describe('a value with a byte that is not a digit is not a number', () => {
  const cases = [
    ...INTEGERS.flatMap((field) => ['17', '117'].map((digits) => [field, digits])),
    ...['srcport', 'dstport'].map((field) => [field, '44321']),
    ...[...COUNTERS, ...UNUSED].flatMap((field) =>
      ['47', '840300', '1234567890', '12345678901234567890'].map((digits) => [field, digits]),
    ),
    ...TIMES.flatMap((field) =>
      ['47', '418530010', '1418530010', '3418530010', '1512086400123'].map((digits) => [
        field,
        digits,
      ]),
    ),
  ] as [string, string][];

  test.each(cases)('%s %s', (field, digits) => {
    expect(readValue(field, digits)).toBeDefined();
    const taken = [...withEveryByte(digits)].filter(
      (bytes) => !bytes.every(isDigit) && readBytes(field, bytes),
    );
    expect(taken.map(String)).toEqual([]);
  });
});

test.each(['start', 'bytes'])('%s with two bytes that are not digits is not a number', (field) => {
  const digits = '1418530010';
  const positions = [...digits].map((_, at) => at);
  const texts = positions.flatMap((one) =>
    positions.flatMap((other) =>
      ['/', ':', 'p', '@'].map((byte) => {
        const bytes = Buffer.from(digits);
        bytes.write(byte, one);
        bytes.write(byte, other);
        return bytes.toString();
      }),
    ),
  );
  expect(texts.filter((text) => readValue(field, text) !== undefined)).toEqual([]);
});

describe('a number is read as it is written', () => {
  test.each(INTEGERS)('%s, up to the maximum of its NetFlow field', (field) => {
    const max = field.endsWith('port') ? 65_535 : 255;
    const values = Array.from({ length: max + 1 }, (_, value) => value);
    expect(values.filter((value) => numberIn(field, `${value}`) !== value)).toEqual([]);
    for (const over of [max + 1, max + 2, 10 * max, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 7]) {
      expect([over, numberIn(field, `${over}`)]).toEqual([over, undefined]);
    }
  });

  test.each([...INTEGERS, ...COUNTERS, ...TIMES])('%s with leading zeros', (field) => {
    for (const digits of ['00', '007', '0000000', '000000041']) {
      expect(Number(numberIn(field, digits))).toBe(Number(digits));
    }
  });

  test.each(COUNTERS)('%s, up to 64 bits', (field) => {
    const edges = [0n, 9n, 10n, 999_999_999n, 1_000_000_000n, TWO_32 - 1n, TWO_32, TWO_64 - 1n];
    const any = fc.oneof(
      fc.constantFrom(...edges),
      fc.nat(1_000_000_000).map(BigInt),
      fc.bigInt({ min: 0n, max: TWO_64 - 1n }),
    );
    fc.assert(fc.property(any, (value) => numberIn(field, `${value}`) === value));
    const tooLarge = fc.oneof(fc.constant(TWO_64), fc.bigInt({ min: TWO_64, max: TWO_64 * 1000n }));
    fc.assert(fc.property(tooLarge, (value) => numberIn(field, `${value}`) === undefined));
  });

  test.each(TIMES)('%s in seconds, up to 32 bits', (field) => {
    const any = fc.oneof(fc.nat(2 ** 31 - 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    fc.assert(fc.property(any, (value) => numberIn(field, `${value}`) === value));
    for (const value of [2 ** 31 - 1, 2 ** 31, 2_147_000_000, 2_146_999_999, 2 ** 32 - 1]) {
      expect(numberIn(field, `${value}`)).toBe(value);
    }
    for (const over of [2 ** 32, FIRST_MILLISECONDS - 1]) {
      expect([over, numberIn(field, `${over}`)]).toEqual([over, undefined]);
    }
  });

  test.each(TIMES)('%s in milliseconds is the second that they are in', (field) => {
    const last = (2 ** 32 - 1) * 1000 + 999;
    const any = fc.integer({ min: FIRST_MILLISECONDS, max: last });
    fc.assert(fc.property(any, (ms) => numberIn(field, `${ms}`) === Math.floor(ms / 1000)));
    for (const ms of [1_512_086_400_000, 1_512_086_399_999, 1_512_086_400_999, last]) {
      expect(numberIn(field, `${ms}`)).toBe(Math.floor(ms / 1000));
    }
    expect(numberIn(field, `${FIRST_MILLISECONDS}`)).toBe(100_000_000);
    expect(numberIn(field, `${last + 1}`)).toBeUndefined();
    expect(numberIn(field, `${TWO_64}`)).toBeUndefined();
  });
});

/** Whether Node reads it as an address, apart from leading zeros of an octet, which some systems write, and zones. */
function isAddress(text: string): boolean {
  return (
    !text.includes('%') &&
    isIP(text.replaceAll(/(?<![\da-f])0+(?=\d+\.)|(?<=\.)0+(?=\d)/gi, '')) !== 0
  );
}

describe('a value with an invalid byte is not an address', () => {
  test.each(
    ADDRESSES.flatMap((field) =>
      [
        '10.20.30.40',
        '255.0.9.119',
        '1.2.3.4',
        '2001:db8:0:1:a:B:c:d9',
        'fe80::1F',
        '::ffff:10.20.30.49',
      ].map((text) => [field, text] as const),
    ),
  )('%s %s', (field, text) => {
    const wrong = [...withEveryByte(text)].filter(
      (bytes) => isAddress(bytes.toString('latin1')) !== (readBytes(field, bytes) !== undefined),
    );
    expect(wrong.map(String)).toEqual([]);
  });
});
