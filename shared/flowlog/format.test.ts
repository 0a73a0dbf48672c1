import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FORMAT, formatOfHeader, parseFormat, RECORDING_FORMAT } from './format.ts';

describe('a LogFormat string', () => {
  test.each(['${srcaddr} ${dstaddr}', 'srcaddr dstaddr', '  ${srcaddr}\n  dstaddr '])(
    '"%s" names its fields',
    (text) => expect(parseFormat(text)).toEqual(['srcaddr', 'dstaddr']),
  );

  test('may have unknown fields', () => {
    expect(parseFormat('${srcaddr} ${from-the-future}')).toEqual(['srcaddr', 'from-the-future']);
  });

  test.each([
    ['${srcaddr ${dstaddr}', '${srcaddr'],
    ['srcaddr,dstaddr', 'srcaddr,dstaddr'],
    ['srcaddr $dstaddr', '$dstaddr'],
    ['Srcaddr dstaddr', 'Srcaddr'],
    ['', ''],
  ])('"%s" is refused, naming the part that is wrong', (text, part) => {
    expect(() => parseFormat(text)).toThrow(`"${part}" is not a flow log field`);
  });

  test('is refused when it has a field twice', () => {
    expect(() => parseFormat('srcaddr dstaddr srcaddr')).toThrow(
      '"srcaddr" stands in the format twice',
    );
  });
});

describe('a header line', () => {
  test.each([
    DEFAULT_FORMAT,
    RECORDING_FORMAT,
    ['srcaddr', 'dstaddr'],
    ['srcaddr', 'dstaddr', 'new-in-v12'],
    ['srcaddr', 'dstaddr', 'vpc-id', 'new-in-v12', 'new-in-v13'],
  ])('of field names, most of them known, is recognised', (...names) =>
    expect(formatOfHeader(names.join(' '))).toEqual(names),
  );

  test.each([
    'version',
    'hello world',
    'no flow log version here',
    '2 123456789010 eni-0a',
    '',
    'bytes packets of words',
    'bytes packets of the words here',
    'version bytes packets of the words',
    'srcaddr dstaddr Bytes',
    'srcaddr dstaddr srcaddr',
    'srcaddr dstaddr 7',
  ])('is not what "%s" is', (line) => expect(formatOfHeader(line)).toBeUndefined());
});

test("natflow's format begins with the default format and has packet addresses and direction", () => {
  expect(RECORDING_FORMAT.slice(0, DEFAULT_FORMAT.length)).toEqual(DEFAULT_FORMAT);
  expect(RECORDING_FORMAT).toEqual(
    expect.arrayContaining(['pkt-srcaddr', 'pkt-dstaddr', 'flow-direction', 'resource-id']),
  );
});
