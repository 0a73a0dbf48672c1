import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readLines } from '../../../tests/support/read-lines.ts';
import { FlowLogParser } from '../parser.ts';
import { RecordsInPlace } from './envelope.ts';

const LINE =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';

const inEvents = (message: string) => JSON.stringify({ logEvents: [{ message }] });

/** The text in memory of its exact size, so that nothing beyond it can be read or written. */
const alone = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

test.each([
  ['a record with other members', JSON.stringify({ id: 1, message: LINE }), 'flow'],
  ['a record with a backslash for its quote', `{"message":"${LINE}\\}`, 'malformed'],
  ['a record cut short', '{"message":"2 "}', 'malformed'],
  ['a record that is not UTF-8', `{"id":1,"message":"${'\xff'.repeat(99)}"}`, 'malformed'],
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

test('a control message of CloudWatch Logs has no lines', () => {
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

test('a truncated record does not affect the lines after it', () => {
  const lines = readLines(`{"message":"2 12\n${LINE}\n{"a":{"message":"2\n${LINE}\n`);
  expect(lines.map(({ outcome }) => outcome)).toEqual(['malformed', 'flow', 'malformed', 'flow']);
});

describe('a record in a window', () => {
  const BEFORE = '}{\n';
  const USUAL = '{"message":"2 a"}';
  const USUAL_FROM = BEFORE.length + '{"message":"'.length;

  const SLACK = '"}"}"}"}"}"}"}"}';
  const inWindow = (text: string) => Buffer.from(text + SLACK, 'latin1');

  /** The result for the record after BEFORE, when this number of its bytes are in the window. */
  function unwrap(text: string, filled = text.length) {
    const window = inWindow(BEFORE + text);
    const records = new RecordsInPlace(window);
    const found = records.unwrap(BEFORE.length, BEFORE.length + filled);
    expect(window.subarray(-SLACK.length).toString()).toBe(SLACK);
    const after = window.toString('latin1', 0, BEFORE.length + text.length);
    if (found !== 'lines') {
      expect(after).toBe(BEFORE + text);
      return { found };
    }
    expect(after.slice(0, BEFORE.length)).toBe(BEFORE);
    expect(after.slice(records.to)).toBe((BEFORE + text).slice(records.to));
    return { found, from: records.from, lines: after.slice(records.from, records.to) };
  }

  test.each([
    ['before its newline', `${USUAL}\n`, '2 a  \n'],
    ['before another record', `${USUAL}{`, '2 a \n'],
    ['before a blank', `${USUAL} `, '2 a \n'],
    ['with nothing in it', '{"message":""}\n', '  \n'],
    ['with control characters', '{"message":"2\ta\x1f\0"}\n', '2\ta\x1f\0  \n'],
    ['with any bytes from the blank on', '{"message":" !#[]~\x7f\xff"}\n', ' !#[]~\x7f\xff  \n'],
  ])('in the usual form is read where it stands: %s', (_, text, expected) => {
    expect(unwrap(text)).toEqual({ found: 'lines', from: USUAL_FROM, lines: expected });
  });

  test.each([
    ['other members', '{"message":"2 a","id":1}\n'],
    ['a member in front', '{"id":1,"message":"2 a"}\n'],
    ['blanks', '{ "message":"2 a" }\n'],
    ['an escape', '{"message":"2\\u0020a"}\n'],
  ])('in another form moves to its end: %s', (_, text) => {
    expect(unwrap(text)).toEqual({
      found: 'lines',
      from: BEFORE.length + text.length - '2 a\n'.length,
      lines: '2 a\n',
    });
  });

  test('that does not end its line does not affect the text after it', () => {
    expect(unwrap('{"id":1,"message":"2 a"}{')).toMatchObject({ lines: '2 a\n' });
  });

  test.each([USUAL, '{"id":1,"message":"2 a"}'])('waits for the byte after it: %s', (record) => {
    for (let filled = 1; filled <= record.length; filled++) {
      expect(unwrap(`${record}\n`, filled)).toEqual({ found: 'incomplete' });
    }
    expect(unwrap(`${record}\n`, record.length + 1).found).toBe('lines');
  });

  test.each([
    '{"message":"2\n',
    '{"message":"2\na"}\n',
    '{"message":7}\n',
    '{"massage":"2 a"}\n',
    '{"message":"2 \\x"}\n',
    '{"message":"2 a"]}\n',
  ])('is broken, and stays as it is: %j', (text) => {
    expect(unwrap(text)).toEqual({ found: 'broken' });
  });

  test('that unpacks to more than its own length is broken', () => {
    const data = gzipSync(inEvents('a'.repeat(200))).toString('base64');
    const text = `${'x'.repeat(1000)}{"awslogs":{"data":"${data}"}}\n`;
    const window = inWindow(text);
    const before = Buffer.from(window);
    expect(new RecordsInPlace(window).unwrap(1000, text.length)).toBe('broken');
    expect(window.equals(before)).toBe(true);
  });

  test('without lines leaves its newline', () => {
    const control = '{"messageType":"CONTROL_MESSAGE"}';
    expect(unwrap(`${control}\n`)).toMatchObject({ lines: '\n' });
    expect(unwrap(`${control}{`)).toMatchObject({ lines: '' });
  });
});
