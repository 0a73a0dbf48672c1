import { expect, test } from '@jest/globals';
import { FieldPositions } from './field-positions.ts';
import { FlowLogParser } from './parser.ts';
import { ABSENT, OTHERS, TextFields } from './text-fields.ts';

const HEADER = 'srcaddr dstaddr pkt-src-aws-service vpc-id pkt-dst-aws-service interface-id';

/** The values of the fields at every flow of the text. */
function read(text: string, pieceBytes = Number.POSITIVE_INFINITY): string[][] {
  const fields = new TextFields(
    ['pkt-src-aws-service', 'pkt-dst-aws-service'],
    ['vpc-id'],
    ['az-id'],
  );
  const seen: string[][] = [];
  const parser = new FlowLogParser({
    positions: FieldPositions.of(fields),
    onFlow: () => seen.push([0, 1, 2, 3].map((field) => fields.text(field, fields.id(field)))),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parser.write(Buffer.from(bytes.subarray(at, at + pieceBytes)));
  }
  parser.end();
  return seen;
}

const LINES = `${HEADER}
10.0.0.1 1.1.1.1 - vpc-1 S3 eni-1
1.1.1.1 10.0.0.1 S3 vpc-22 - eni-1
10.0.0.1 1.1.1.1 DYNAMODB - AMAZON -
`;
const SAID = [
  ['', 'S3', 'vpc-1', ''],
  ['S3', '', 'vpc-22', ''],
  ['DYNAMODB', 'AMAZON', '', ''],
];

test.each([1, 7, 40, 1000])('each line has its text fields, in pieces of %d bytes', (bytes) => {
  expect(read(LINES, bytes)).toEqual(SAID);
});

test('text fields are found at the positions of a new header, and in JSON records', () => {
  const turned = 'az-id dstaddr srcaddr\nuse1-az1 1.1.1.1 10.0.0.1\n';
  expect(read(LINES + turned).at(-1)).toEqual(['', '', '', 'use1-az1']);
  const wrapped = `${HEADER}\n{"message":"10.0.0.1 1.1.1.1 - vpc-1 S3 eni-1"}{"message":"1.1.1.1 10.0.0.1 S3 vpc-22 - eni-1"}\n`;
  expect(read(wrapped)).toEqual(SAID.slice(0, 2));
});

test('the same text has the same number in all fields of a group, and in no other', () => {
  const fields = new TextFields(['pkt-src-aws-service', 'pkt-dst-aws-service'], ['vpc-id']);
  const ids: number[][] = [];
  const parser = new FlowLogParser({
    positions: FieldPositions.of(fields),
    onFlow: () => ids.push([fields.id(0), fields.id(1), fields.id(2)]),
  });
  parser.write(Buffer.from(LINES));
  parser.end();
  const [first = [], second = [], third = []] = ids;
  expect(first[1]).toBe(second[0]);
  expect(first[0]).toBe(ABSENT);
  expect(new Set([first[1], third[0], third[1], ABSENT, OTHERS]).size).toBe(5);
});

test.each([[[['vpc-id'], ['az-id']]], [[['vpc-id', 'az-id']]]])(
  'a field that is not in the format is reported as missing, and absent: %j',
  (groups) => {
    const fields = new TextFields(...groups);
    const seen: unknown[] = [];
    const parser = new FlowLogParser({
      positions: FieldPositions.of(fields),
      onFlow: () =>
        seen.push([fields.text(0, fields.id(0)), fields.has(0), fields.has(1), fields.id(1)]),
    });
    parser.write(Buffer.from(LINES));
    parser.end();
    expect(seen).toEqual([
      ['vpc-1', true, false, ABSENT],
      ['vpc-22', true, false, ABSENT],
      ['', true, false, ABSENT],
    ]);
  },
);

test('sources that are read one after the other share the readers, and not what the last line said', () => {
  const fields = new TextFields(['vpc-id']);
  const first = FieldPositions.of(fields);
  const parser = new FlowLogParser({ positions: first });
  parser.write(Buffer.from(LINES));
  parser.end();
  expect(fields.said(0)).toBe('');
  first.to[0] = 3;
  expect(FieldPositions.of(fields).readers).toBe(first.readers);
  expect([fields.has(0), fields.isSaid(0), fields.said(0)]).toEqual([false, false, '']);
});

test.each([
  ['-', false],
  ['--', true],
  ['a', true],
])('whether "%s" says something is whether it is not empty', (text, isSaid) => {
  const fields = new TextFields(['vpc-id']);
  const seen: unknown[] = [];
  const onFlow = () => seen.push([fields.isSaid(0), fields.said(0) !== '']);
  const parser = new FlowLogParser({ positions: FieldPositions.of(fields), onFlow });
  parser.write(Buffer.from(`srcaddr dstaddr vpc-id\n10.0.0.1 10.0.0.2 ${text}\n`));
  parser.end();
  expect(seen).toEqual([[isSaid, isSaid]]);
});

test('an unknown field or number is absent and has no text', () => {
  const fields = new TextFields(['vpc-id']);
  expect([fields.has(1), fields.id(1), fields.text(1, 0), fields.text(0, 7)]).toEqual([
    false,
    ABSENT,
    '',
    '',
  ]);
});

test('only a dash alone is absent', () => {
  const lines = ['v', '-v', '--', '-'].map((vpc) => `10.0.0.1 1.1.1.1 - ${vpc} - -`);
  const said = read([HEADER, ...lines].join('\n')).map(([, , vpc]) => vpc);
  expect(said).toEqual(['v', '-v', '--', '']);
});

test('two of the 4,096 numbers mean no value; further values are others, and known ones stay distinct', () => {
  const told = 4096 - 2;
  const lines = Array.from({ length: 6000 }, (_, index) => `10.0.0.1 1.1.1.1 - vpc-${index} - -`);
  const seen = read([HEADER, ...lines, lines[0]].join('\n')).map(([, , vpc]) => vpc);
  expect(seen.slice(0, told)).toEqual(lines.slice(0, told).map((_, index) => `vpc-${index}`));
  expect(new Set(seen.slice(told, -1))).toEqual(new Set(['(others)']));
  expect(seen.at(-1)).toBe('vpc-0');
});

test('values with equal hashes are distinguished', () => {
  const alike = ['vpc-a2be6dc8', 'vpc-a772d55d', 'vpc-0cc80db3', 'vpc-71ade2b7'];
  const twice = [...alike, ...alike];
  const lines = twice.map((vpc) => `10.0.0.1 1.1.1.1 - ${vpc} - -`);
  expect(read([HEADER, ...lines].join('\n')).map(([, , vpc]) => vpc)).toEqual(twice);
});

test('a value has the same number whatever follows it', () => {
  const fields = new TextFields(['vpc-id']);
  const ids: number[] = [];
  const onFlow = () => ids.push(fields.id(0));
  const parser = new FlowLogParser({ positions: FieldPositions.of(fields), onFlow });
  const lines = ['vpc-1\n', 'vpc-2\n', 'vpc-1\r\n', 'vpc-2 \n'];
  parser.write(
    Buffer.from(`srcaddr dstaddr vpc-id\n10.0.0.1 1.1.1.1 ${lines.join('10.0.0.1 1.1.1.1 ')}`),
  );
  parser.end();
  expect([ids[2], ids[3]]).toEqual([ids[0], ids[1]]);
});

test('a value may have any length', () => {
  const [said = []] = read(`${HEADER}\n10.0.0.1 1.1.1.1 - ${'v'.repeat(100_000)} - -\n`);
  expect(said[2]).toBe('v'.repeat(256));
  const lines = [255, 256, 257].map((length) => `10.0.0.1 1.1.1.1 - ${'v'.repeat(length)} - -`);
  const lengths = read([HEADER, ...lines].join('\n')).map(([, , vpc]) => vpc?.length);
  expect(lengths).toEqual([255, 256, 256]);
});

test('a field can be read as text, with any number of values', () => {
  const fields = new TextFields(['vpc-id'], ['az-id']);
  const seen: string[][] = [];
  const parser = new FlowLogParser({
    positions: FieldPositions.of(fields),
    onFlow: () => {
      fields.id(0);
      seen.push([fields.said(0), fields.said(1)]);
    },
  });
  const lines = Array.from({ length: 5000 }, (_, index) => `10.0.0.1 1.1.1.1 - vpc-${index} - -`);
  const odd = ['10.0.0.1 1.1.1.1 - - - -', `10.0.0.1 1.1.1.1 - ${'v'.repeat(300)} - -`];
  parser.write(Buffer.from([HEADER, ...lines, ...odd, ''].join('\n')));
  parser.end();
  expect(seen.slice(0, 5000)).toEqual(lines.map((_, index) => [`vpc-${index}`, '']));
  expect(seen.slice(5000)).toEqual([
    ['', ''],
    ['v'.repeat(256), ''],
  ]);
});
