import { describe, expect, test } from '@jest/globals';
import { readFlow } from '../../tests/support/read-flow.ts';
import { readLines } from '../../tests/support/read-lines.ts';
import { DEFAULT_FORMAT, parseFormat } from './format.ts';
import { FlowLogParser } from './parser.ts';
import { synthesize } from './synth.ts';

const LINE =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const OTHER = LINE.replace('20641', '20642');
const wrapped = (line: string) => JSON.stringify({ message: line });

/** The source ports of the flows, which show the lines that were read and their order. */
function ports(text: string | Uint8Array, pieceBytes?: number): unknown[] {
  const options = pieceBytes === undefined ? {} : { pieceBytes };
  return readLines(text, options).map(({ outcome, fields }) =>
    outcome === 'flow' ? fields['srcport'] : outcome,
  );
}

describe('envelopes and forms of lines', () => {
  test.each([
    ['plain', `${LINE}\n${OTHER}\n`],
    ['without a newline at the end', `${LINE}\n${OTHER}`],
    ['with CR LF', `${LINE}\r\n${OTHER}\r\n`],
    ['after a byte order mark', `\uFEFF${LINE}\n${OTHER}\n`],
    [
      'after a byte order mark and a header',
      `\uFEFF${DEFAULT_FORMAT.join(' ')}\n${LINE}\n${OTHER}\n`,
    ],
    ['with blanks before, doubled and after', `  ${LINE.replaceAll(' ', '  ')} \t\n\t${OTHER}  \n`],
    ['with tabs between values', `${LINE.replaceAll(' ', '\t')}\n${OTHER}\n`],
    ['with blank lines between', `\n\n${LINE}\n  \n\r\n${OTHER}\n\n`],
    ['one record per line', `${wrapped(LINE)}\n${wrapped(OTHER)}\n`],
    ['records without separators', wrapped(LINE) + wrapped(OTHER)],
    ['records separated by blanks', `${wrapped(LINE)}  ${wrapped(OTHER)} `],
    ['records with CR LF', `${wrapped(LINE)}\r\n${wrapped(OTHER)}\r\n`],
    ['records whose line ends in a newline', wrapped(`${LINE}\n`) + wrapped(`${OTHER}\n`)],
    ['two lines in a record', wrapped(`${LINE}\n${OTHER}`)],
    ['escapes in a record', wrapped(LINE).replace('eni', '\\u0065ni') + wrapped(OTHER)],
    ['blanks in a record', `{ "message" : "${LINE}" }\n{"message": "${OTHER}"}`],
    ['other members in a record', `{"a":{"b":"}"},"message":"${LINE}"}${wrapped(OTHER)}`],
    ['records and plain lines in turn', `${wrapped(LINE)}\n${OTHER}\n`],
    [
      'a payload of CloudWatch Logs',
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logEvents: [{ message: LINE }, { message: OTHER }],
      }),
    ],
  ])('%s', (_, text) => {
    expect(ports(text)).toEqual([20641, 20642]);
    for (const pieceBytes of [1, 2, 7, 64, 117, 118]) {
      expect(ports(text, pieceBytes)).toEqual([20641, 20642]);
    }
  });

  test('a header in the middle changes the format of the lines after it', () => {
    const text = `${LINE}\nsrcaddr dstaddr srcport\n10.0.0.1 10.0.0.2 7\n${DEFAULT_FORMAT.join(' ')}\n${OTHER}\n`;
    expect(ports(text)).toEqual([20641, 7, 20642]);
  });

  test('a header is recognised after a format of text fields only', () => {
    const text = 'vpc-id region\nvpc-1 us-east-1\nsrcaddr dstaddr srcport\n10.0.0.1 10.0.0.2 7\n';
    expect(ports(text)).toEqual(['nonflow', 7]);
  });

  test('a header with unknown fields is a header', () => {
    const [line] = readLines('srcaddr dstaddr from-the-future\n10.0.0.1 10.0.0.2 x=1\n');
    expect(line?.fields['from-the-future']).toBe('x=1');
  });
});

describe('malformed lines', () => {
  test.each([
    ['a value too few', LINE.replace(' OK', '')],
    ['a value too many', `${LINE} extra`],
    ['no number', LINE.replace('20641', '20x41')],
    ['a number with a sign', LINE.replace('20641', '-20641')],
    ['a port over 65,535', LINE.replace('20641', '65536')],
    ['a port of twenty digits', LINE.replace('20641', '18446744073709551617')],
    ['a protocol over 255', LINE.replace(' 6 ', ' 256 ')],
    ['a counter over 2^64-1', LINE.replace('4249', '18446744073709551616')],
    ['a time over 32 bits', LINE.replace('1418530010', '4294967296')],
    ['a time with a letter in it', LINE.replace('1418530010', '14185300l0')],
    ['an address of three octets', LINE.replace('172.31.16.139', '172.31.16')],
    ['an octet over 255', LINE.replace('172.31.16.139', '172.31.16.256')],
    ['an octet of four digits', LINE.replace('172.31.16.139', '172.31.16.0139')],
    ['an address with a dot too many', LINE.replace('172.31.16.139', '172.31.16.139.')],
    ['a name for an address', LINE.replace('172.31.16.139', 'localhost')],
    ['half an IPv6 address', LINE.replace('172.31.16.139', '2001:db8')],
    ['an IPv6 address with a zone', LINE.replace('172.31.16.139', 'fe80::1%eth0')],
    ['words', 'I am not a VPC flow log'],
    ['a record without its end', wrapped(LINE).slice(0, -1)],
    ['a record without a message', '{"massage":"x"}'],
    ['a number as record', '{"message":4}'],
    ['broken JSON', '{"message":"\\x"}'],
  ])('%s is malformed, says why, and leaves its neighbours alone', (_, text) => {
    const lines = readLines(`${LINE}\n${text}\n${OTHER}\n`);
    const outcomes = lines.map(({ outcome }) => outcome);
    if (text.startsWith('{"message":"2')) {
      expect(outcomes).toContain('malformed');
    } else {
      expect(outcomes).toEqual(['flow', 'malformed', 'flow']);
      expect(lines[1]?.reason).toMatch(/\S/);
      expect(lines[2]?.number).toBe(3);
    }
  });

  test('a line longer than the limit is one malformed line', () => {
    const text = Buffer.concat([
      Buffer.from(`${LINE}\n`),
      Buffer.alloc(20 * 1024 * 1024, 'a'),
      Buffer.from(`\n${OTHER}\n`),
    ]);
    expect(ports(text, 65_536)).toEqual([20641, 'malformed', 20642]);
  });

  test('a value of a megabyte is one malformed line', () => {
    const text = `${LINE}\n${LINE.replace('20641', '1'.repeat(1 << 20))}\n${OTHER}\n`;
    expect(ports(text)).toEqual([20641, 'malformed', 20642]);
  });
});

describe('the outcome of a line', () => {
  const status = (word: string) => readLines(LINE.replace('OK', word))[0]?.outcome;

  test('log-status decides between flow, nodata and skipdata', () => {
    expect(['OK', 'NODATA', 'SKIPDATA'].map(status)).toEqual(['flow', 'nodata', 'skipdata']);
  });

  test('a line with another log-status, or an absent one, is not a flow', () => {
    expect(['-', 'OKAY', 'NODATUM'].map(status)).toEqual(['nonflow', 'nonflow', 'nonflow']);
  });

  test('without the field, two addresses make a flow', () => {
    const outcomes = readLines('srcaddr dstaddr\n10.0.0.1 10.0.0.2\n- 10.0.0.2\n10.0.0.1 -\n');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['flow', 'nonflow', 'nonflow']);
  });

  test('the number of a line counts headers and blank lines', () => {
    const text = `${DEFAULT_FORMAT.join(' ')}\n\n${LINE}\n${wrapped(LINE)}\n${LINE}\n`;
    expect(readLines(text).map(({ number }) => number)).toEqual([3, 4, 5]);
  });
});

describe('the content of a flow record', () => {
  const addresses = 'srcaddr dstaddr';
  const ends = '10.0.0.1 10.0.0.2';

  test.each([
    ['0', 0, 0],
    ['999999999', 0, 999_999_999],
    ['4294967295', 0, -1],
    ['4294967296', 1, 0],
    ['9007199254740993', 0x20_0000, 1],
    ['9223372036854775807', 0x7fff_ffff, -1],
    ['18446744073709551615', -1, -1],
  ])('a counter of %s is exact', (digits, bytesHigh, bytesLow) => {
    expect(readFlow(`${addresses} bytes`, `${ends} ${digits}`)).toMatchObject({
      bytesHigh,
      bytesLow,
    });
  });

  test.each([
    ['0', 0],
    ['1000', 1000],
    ['2146999999', 2_146_999_999],
    ['2147483648', 2_147_483_648],
    ['4294967295', 4_294_967_295],
    ['1512086400123', 1_512_086_400],
    ['-', -1],
  ])('a time of %s is %d', (digits, start) => {
    expect(readFlow(`${addresses} start`, `${ends} ${digits}`).start).toBe(start);
  });

  test.each([
    ['0.0.0.0', [4, 0]],
    ['255.255.255.255', [4, -1]],
    ['010.001.000.007', [4, 0x0a010007]],
    ['::', [6, 0, 0, 0, 0]],
    ['2001:db8::1', [6, 0x20010db8, 0, 0, 1]],
    ['fe80:0:0::1', [6, 0xfe800000 | 0, 0, 0, 1]],
    ['1:2:3:4:5:6:7:8', [6, 0x10002, 0x30004, 0x50006, 0x70008]],
    ['::ffff:10.0.0.1', [6, 0, 0, 0xffff, 0x0a000001]],
    ['64:ff9b::203.0.113.5', [6, 0x64ff9b, 0, 0, 0xcb007105 | 0]],
  ])('the address %s', (text, [family, ...words]) => {
    const { source } = readFlow(addresses, `${text} ${text}`);
    expect(source.family).toBe(family);
    expect([source.w0, source.w1, source.w2, source.w3].slice(0, words.length)).toEqual(words);
  });

  test('an interface has the same number in every line and format, and two interfaces have two numbers', () => {
    const index = (name: string) =>
      readFlow(`${addresses} interface-id`, `${ends} ${name}`).interfaceIndex;
    const other = readFlow('vpc-id interface-id srcaddr dstaddr', `vpc-1 eni-0a ${ends}`);
    expect(index('eni-0a')).toBe(other.interfaceIndex);
    expect(index('eni-0a')).toBeGreaterThan(0);
    expect(index('eni-0a')).not.toBe(index('eni-0b'));
    expect(index('-')).toBe(0);
  });

  test('a regional gateway, which has no interface, is identified by its resource', () => {
    const format = `${addresses} interface-id resource-id`;
    const zonal = readFlow(format, `${ends} eni-0a nat-0a`);
    const regional = readFlow(format, `${ends} - nat-0a`);
    expect([zonal.regional, regional.regional]).toEqual([false, true]);
    expect(regional.interfaceIndex).not.toBe(zonal.interfaceIndex);
    expect(regional.interfaceIndex).toBeGreaterThan(0);
  });

  test('nothing is left of the format before a header', () => {
    const text = `srcaddr dstaddr srcport\n${ends} 7\nsrcaddr dstaddr\n${ends}\n`;
    const seen: number[] = [];
    const parser = new FlowLogParser({ onFlow: ({ sourcePort }) => seen.push(sourcePort) });
    parser.write(Buffer.from(text));
    parser.end();
    expect(seen).toEqual([7, 0]);
  });
});

test.each([
  ['interface-id srcaddr dstaddr', 'eni-0a 10.0.0.1 10.0.0.2', 'eni-0a'],
  ['srcaddr dstaddr interface-id', '10.0.0.1 10.0.0.2 eni-0a', 'eni-0a'],
  ['srcaddr interface-id dstaddr', '10.0.0.1 eni-0a 2001:db8::2', 'eni-0a'],
  ['srcaddr dstaddr resource-id interface-id', '10.0.0.1 10.0.0.2 nat-0a -', 'nat-0a'],
  ['srcaddr dstaddr interface-id', '10.0.0.1 10.0.0.2 -', ''],
  ['srcaddr dstaddr', '10.0.0.1 10.0.0.2', ''],
])('of the format %s, the line %s is of the interface "%s"', (format, line, name) => {
  const seen: string[] = [];
  const parser = new FlowLogParser({
    format: parseFormat(format),
    onFlow: () => seen.push(parser.interfaceName),
  });
  parser.write(Buffer.from(`${line}\n${line}\r\n${line}`));
  parser.end();
  expect(seen).toEqual([name, name, name]);
});

test('a line that is too long has no text, because the memory of earlier pieces may be reused', () => {
  const seen: string[] = [];
  const parser: FlowLogParser = new FlowLogParser({ onOther: () => seen.push(parser.line.text) });
  for (let i = 0; i < 10; i++) {
    const piece = new Uint8Array(2 ** 20).fill(48);
    parser.write(piece);
    piece.buffer.transfer(0);
  }
  expect(seen).toEqual(['']);
});

test('of an input that breaks off, only complete lines are read', () => {
  const seen: number[] = [];
  const parser = new FlowLogParser({ onFlow: ({ sourcePort }) => seen.push(sourcePort) });
  parser.write(Buffer.from(`${LINE}\n${OTHER}\n${LINE.slice(0, -1)}`));
  parser.breakOff();
  expect([seen, parser.counts.malformed]).toEqual([[20641, 20642], 0]);
});

describe('lines without a header, when no format is given', () => {
  const ours = [...synthesize({ flows: 4, seed: 1 })].join('').split('\n').slice(1, 3).join('\n');

  test.each([
    ['plain', ours],
    ['after a malformed line', `junk\n${ours}`],
    ['in records', ours.split('\n').map(wrapped).join('')],
  ])('are read as natflow writes them: %s', (_, text) => {
    for (const pieceBytes of [1, 50, 10_000]) {
      const flows = readLines(text, { pieceBytes }).filter(({ outcome }) => outcome === 'flow');
      expect(flows.map(({ fields }) => fields['flow-direction'])).toEqual(['ingress', 'egress']);
    }
  });

  test("keep AWS's default format once one line had it", () => {
    expect(ports(`${LINE}\n${ours}\n${OTHER}`)).toEqual([20641, 'malformed', 'malformed', 20642]);
  });
});
