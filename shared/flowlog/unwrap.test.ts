import { expect, test } from '@jest/globals';
import { readLines } from '../../tests/support/read-lines.ts';
import { FlowLogParser } from './parser.ts';

const LINE =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';

/** The text alone in memory: nothing can be read or written beyond it. */
const alone = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

test.each([
  ['a record with other members', JSON.stringify({ id: 1, message: LINE }), 'flow'],
  ['a record cut short', '{"message":"2 "}', 'malformed'],
  ['a record that is no UTF-8', `{"id":1,"message":"${'\xff'.repeat(99)}"}`, 'malformed'],
])('%s can be all there is of a piece', (_, text, outcome) => {
  const seen: string[] = [];
  const parser = new FlowLogParser({
    onFlow: () => seen.push('flow'),
    onOther: (other) => seen.push(other),
  });
  parser.write(alone(`${text}\n`));
  parser.write(alone(`${text}\n`));
  parser.end();
  expect(seen).toEqual([outcome, outcome]);
});

test('what CloudWatch Logs sends to say that it is there is no line', () => {
  const control = JSON.stringify({
    messageType: 'CONTROL_MESSAGE',
    logEvents: [{ message: 'CWL CONTROL MESSAGE: Checking health of destination.' }],
  });
  const lines = readLines(`${control}\n${LINE}\n${control}${LINE}`);
  expect(lines.map(({ outcome, number }) => [outcome, number])).toEqual([
    ['flow', 2],
    ['flow', 3],
  ]);
});

test('a record that was torn off leaves the lines after it alone', () => {
  const lines = readLines(`{"message":"2 12\n${LINE}\n{"a":{"message":"2\n${LINE}\n`);
  expect(lines.map(({ outcome }) => outcome)).toEqual(['malformed', 'flow', 'malformed', 'flow']);
});
