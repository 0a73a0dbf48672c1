import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLine, withEveryByte } from '../../tests/support/read-line.ts';
import {
  DROPPED,
  EGRESS,
  type FlowRecord,
  FORWARDED,
  INGRESS,
  NO_TIME,
  NODATA,
  OK,
  OTHER_STATUS,
  SKIPDATA,
  UNKNOWN_DIRECTION,
  UNKNOWN_STATUS,
} from '../flow/record.ts';
import { compileReader } from './compile.ts';
import { FieldPositions } from './field-positions.ts';
import { DEFAULT_FORMAT, RECORDING_FORMAT } from './format.ts';
import { TextFields } from './text-fields.ts';
import type { TextFlow } from './text-flow.ts';

describe('the number of an interface', () => {
  const indexOf = (name: string, field = 'interface-id') => readLine(field, name)?.interfaceIndex;

  test.each([
    ['a', 1_929_706_011],
    ['ab', 798_654_756],
    ['abc', 1_057_857_546],
    ['abcd', 43_015_626],
    ['eni-0a', 1_445_029_338],
    ['eni-0a1', 553_880_476],
    ['eni-0a11', 626_241_147],
    ['eni-0a11b', 915_478_462],
    ['eni-0a11bb22cc33dd44e', 1_859_133_902],
    ['nat-0a11bb22cc33dd44e', 1_925_327_791],
    ['tgw-attach-0fedcba9876543210', 2_119_191_306],
  ])('collectors keep it for years: %s has %d in every release', (name, index) => {
    expect(indexOf(name)).toBe(index);
    expect(indexOf(name, 'resource-id')).toBe(index);
    expect(indexOf(name, 'tgw-attachment-id')).toBe(index);
  });

  test('differs for names that differ in a single bit', () => {
    const name = 'eni-0a11bb22cc33dd44e';
    const index = indexOf(name);
    for (let bit = 0; bit < name.length * 8; bit++) {
      const bytes = Buffer.from(name);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (bytes.every((byte) => byte > 32)) {
        const other = readLine('interface-id', bytes)?.interfaceIndex;
        expect([bit, other === index]).toEqual([bit, false]);
      }
    }
  });

  test('is from 1 to 2^31-1, and 1 where the hash is 0', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{2,30}$/), (name) => {
        const index = indexOf(name) ?? 0;
        return index >= 1 && index <= 0x7fff_ffff;
      }),
    );
    expect(indexOf('0rv4kw-j')).toBe(1);
  });
});

describe('a flow belongs', () => {
  const FORMAT = 'tgw-attachment-id resource-id interface-id';
  const own = (name: string) => readLine('interface-id', name)?.interfaceIndex;

  test.each([
    ['to its interface', 'tgw-1 nat-1 eni-1', 'eni-1', false],
    ['to its interface', '- - eni-1', 'eni-1', false],
    ['to its interface', 'tgw-1 - eni-1', 'eni-1', false],
    ['without an interface to its resource, a regional gateway', 'tgw-1 nat-1 -', 'nat-1', true],
    ['without an interface to its resource, a regional gateway', '- nat-1 -', 'nat-1', true],
    ['without either to its attachment', 'tgw-1 - -', 'tgw-1', false],
  ])('%s: %s', (_, line, name, regional) => {
    const { interfaceAt, interfaceIndex, ...flow } = readLine(FORMAT, line) as TextFlow;
    expect([line.indexOf(name), own(name), regional]).toEqual([
      interfaceAt,
      interfaceIndex,
      flow.regional,
    ]);
  });

  test.each([
    [FORMAT, '- - -'],
    ['vpc-id', 'vpc-1'],
  ])('to none without any of them', (format, line) => {
    const none = { interfaceAt: -1, interfaceIndex: 0, regional: false };
    expect(readLine(format, line)).toMatchObject(none);
  });

  test('to an interface whose name begins with a dash', () => {
    expect(readLine('interface-id', '--')?.interfaceAt).toBe(0);
    expect(readLine('interface-id', '-1')?.interfaceAt).toBe(0);
  });
});

describe('a word is', () => {
  const status = (flow?: FlowRecord) => flow?.logStatus;
  const direction = (flow?: FlowRecord) => flow?.direction;
  const forwarding = (flow?: FlowRecord) => flow?.forwardingStatus;

  test.each([
    ['log-status', 'OK', status, OK, OTHER_STATUS],
    ['log-status', 'NODATA', status, NODATA, OTHER_STATUS],
    ['log-status', 'SKIPDATA', status, SKIPDATA, OTHER_STATUS],
    ['flow-direction', 'ingress', direction, INGRESS, UNKNOWN_DIRECTION],
    ['flow-direction', 'egress', direction, EGRESS, UNKNOWN_DIRECTION],
    ['action', 'ACCEPT', forwarding, FORWARDED, UNKNOWN_STATUS],
    ['action', 'REJECT', forwarding, DROPPED, UNKNOWN_STATUS],
  ])('%s %s only if every byte matches', (field, word, held, known, unknown) => {
    expect(held(readLine(field, word))).toBe(known);
    const others = [...withEveryByte(word)].filter(
      (bytes) => bytes.every((byte) => byte > 32) && bytes.toString() !== word,
    );
    expect(others.filter((bytes) => held(readLine(field, bytes)) !== unknown)).toEqual([]);
    for (const other of ['-', word.slice(0, -1), `${word}${word}`, word.toLowerCase() + word]) {
      expect([other, held(readLine(field, other))]).toEqual([other, unknown]);
    }
  });
});

test('a dash is absent in every field', () => {
  const flow = readLine(RECORDING_FORMAT.join(' '), RECORDING_FORMAT.map(() => '-').join(' '));
  const absent = { family: 0 };
  expect(flow).toMatchObject({
    source: absent,
    destination: absent,
    packetSource: absent,
    packetDestination: absent,
    sourcePort: 0,
    destinationPort: 0,
    protocol: 0,
    tcpFlags: 0,
    packetsHigh: 0,
    packetsLow: 0,
    bytesHigh: 0,
    bytesLow: 0,
    start: NO_TIME,
    end: NO_TIME,
    direction: UNKNOWN_DIRECTION,
    forwardingStatus: UNKNOWN_STATUS,
    interfaceIndex: 0,
    logStatus: OTHER_STATUS,
  });
});

describe('between values stands one blank', () => {
  const VALUES: Record<string, string> = {
    version: '2',
    srcaddr: '10.0.0.1',
    dstaddr: '2001:db8::1',
    srcport: '443',
    packets: '12345678901',
    start: '1418530010',
    end: '2418530010',
    'interface-id': 'eni-1',
    action: 'ACCEPT',
    'subnet-id': 'subnet-123',
  };

  test.each(Object.entries(VALUES))('after %s, and any other byte is refused', (field, value) => {
    for (let byte = 0; byte <= 32; byte++) {
      const line = Buffer.from(`${value} vpc-1`);
      line[value.length] = byte;
      expect([byte, readLine(`${field} vpc-id`, line) !== undefined]).toEqual([byte, byte === 32]);
    }
    expect(readLine(`${field} vpc-id`, `${value}  vpc-1`)).toBeUndefined();
    expect(readLine(`${field} vpc-id`, value)).toBeUndefined();
    expect(readLine(`${field} vpc-id`, ` ${value} vpc-1`)).toBeUndefined();
  });

  test.each(Object.entries(VALUES))('after %s at the end, blanks may follow', (field, value) => {
    for (const more of ['', ' ', '\r', '  \t\r', '\0'])
      expect([more, readLine(field, value + more) !== undefined]).toEqual([more, true]);
    for (const more of [' x', ' -', '\r!', '   0', ' \xff'])
      expect([more, readLine(field, value + more)]).toEqual([more, undefined]);
  });
});

test('a text of any bytes above the blank is read to its end', () => {
  const text = fc.uint8Array({ minLength: 1, maxLength: 13, min: 33 });
  const fields = ['vpc-id', 'region', 'az-id'];
  const positions = FieldPositions.of(new TextFields(fields));
  const reader = compileReader(fields, positions);
  fc.assert(
    fc.property(fc.array(text, { minLength: 3, maxLength: 3 }), (texts) => {
      const ends = Buffer.from('\n0123456789abcdef');
      const blank = Buffer.from(' ');
      const [a = blank, b = blank, c = blank] = texts;
      const window = Buffer.concat([a, blank, b, blank, c, ends]);
      const view = new DataView(window.buffer, window.byteOffset, window.length);
      const end = reader(window, view, 0, {} as TextFlow);
      expect(end).toBe(window.length - ends.length);
      const said = fields.map((_, at) => window.subarray(positions.from[at], positions.to[at]));
      expect(said.map((each) => each.toString('hex'))).toEqual(
        texts.map((each) => Buffer.from(each).toString('hex')),
      );
    }),
    { numRuns: 500 },
  );
});

test('the code for a format is one snippet after another, in the order of its fields', () => {
  const format = 'srcaddr srcport bytes start interface-id action version vpc-id'.split(' ');
  const positions = FieldPositions.of(new TextFields(['vpc-id']));
  const expected = new URL('../../tests/fixtures/compiled-reader.txt', import.meta.url);
  expect(`${compileReader(format, positions)}\n`).toBe(readFileSync(expected, 'utf8'));
});

test('more formats than are remembered are all read', () => {
  const line = Buffer.from(`10.0.0.1 7 8 9\n${'\0'.repeat(16)}`);
  const view = new DataView(line.buffer, line.byteOffset, line.length);
  const flow = {} as TextFlow;
  for (let number = 0; number < 200; number++) {
    const at = compileReader(['version', 'srcport', 'dstport', `field-${number}`]);
    expect(at(line, view, 0, flow)).toBe(-1);
    const read = compileReader([`field-${number}`, 'srcport', 'dstport', 'protocol']);
    expect([
      read(line, view, 0, flow),
      flow.sourcePort,
      flow.destinationPort,
      flow.protocol,
    ]).toEqual([14, 7, 8, 9]);
  }
});

test('the code for a format is generated once, however many headers announce it', () => {
  expect(compileReader([...DEFAULT_FORMAT])).toBe(compileReader(DEFAULT_FORMAT));
  expect(compileReader(DEFAULT_FORMAT.toReversed())).not.toBe(compileReader(DEFAULT_FORMAT));
});
