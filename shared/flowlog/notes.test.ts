import { expect, test } from '@jest/globals';
import { ABSENT, Notes, OTHERS } from './notes.ts';
import { FlowLogParser } from './parser.ts';

const HEADER = 'srcaddr dstaddr pkt-src-aws-service vpc-id pkt-dst-aws-service interface-id';

/** What the notes say at every flow of the text. */
function read(text: string, pieceBytes = Number.POSITIVE_INFINITY): string[][] {
  const notes = new Notes(['pkt-src-aws-service', 'pkt-dst-aws-service'], ['vpc-id'], ['az-id']);
  const seen: string[][] = [];
  const parser = new FlowLogParser({
    notes,
    onFlow: () => seen.push([0, 1, 2, 3].map((field) => notes.text(field, notes.id(field)))),
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

test.each([1, 7, 40, 1000])(
  'text fields are told for each line, read %d bytes at a time',
  (bytes) => {
    expect(read(LINES, bytes)).toEqual(SAID);
  },
);

test('they are found wherever a new header puts them, and in JSON records', () => {
  const turned = 'az-id dstaddr srcaddr\nuse1-az1 1.1.1.1 10.0.0.1\n';
  expect(read(LINES + turned).at(-1)).toEqual(['', '', '', 'use1-az1']);
  const wrapped = `${HEADER}\n{"message":"10.0.0.1 1.1.1.1 - vpc-1 S3 eni-1"}{"message":"1.1.1.1 10.0.0.1 S3 vpc-22 - eni-1"}\n`;
  expect(read(wrapped)).toEqual(SAID.slice(0, 2));
});

test('the same text has the same number in all fields of a group, and in no other', () => {
  const notes = new Notes(['pkt-src-aws-service', 'pkt-dst-aws-service'], ['vpc-id']);
  const ids: number[][] = [];
  const parser = new FlowLogParser({
    notes,
    onFlow: () => ids.push([notes.id(0), notes.id(1), notes.id(2)]),
  });
  parser.write(Buffer.from(LINES));
  parser.end();
  const [first = [], second = [], third = []] = ids;
  expect(first[1]).toBe(second[0]);
  expect(first[0]).toBe(ABSENT);
  expect(new Set([first[1], third[0], third[1], ABSENT, OTHERS]).size).toBe(5);
});

test('a field that the format lacks is known to be lacking, and absent', () => {
  const notes = new Notes(['pkt-src-aws-service'], ['az-id']);
  let seen: unknown;
  const parser = new FlowLogParser({
    notes,
    onFlow: () => {
      seen = [notes.has(0), notes.has(1), notes.id(1)];
    },
  });
  parser.write(Buffer.from(LINES));
  parser.end();
  expect(seen).toEqual([true, false, ABSENT]);
});

test('more values than can be told apart are others, and none of them is forgotten', () => {
  const lines = Array.from({ length: 6000 }, (_, index) => `10.0.0.1 1.1.1.1 - vpc-${index} - -`);
  const seen = read([HEADER, ...lines, lines[0]].join('\n')).map(([, , vpc]) => vpc);
  expect(seen.slice(0, 4000)).toEqual(lines.slice(0, 4000).map((_, index) => `vpc-${index}`));
  expect(seen.at(-2)).toBe('(others)');
  expect(seen.at(-1)).toBe('vpc-0');
});

test('a value of any length is one', () => {
  const [said = []] = read(`${HEADER}\n10.0.0.1 1.1.1.1 - ${'v'.repeat(100_000)} - -\n`);
  expect(said[2]).toHaveLength(256);
});

test('a field is also to be had as text, of however many values', () => {
  const notes = new Notes(['vpc-id'], ['az-id']);
  const seen: string[][] = [];
  const parser = new FlowLogParser({
    notes,
    onFlow: () => {
      notes.id(0);
      seen.push([notes.said(0), notes.said(1)]);
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
