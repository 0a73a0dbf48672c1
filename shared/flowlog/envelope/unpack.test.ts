import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { unpackLines } from './envelope.ts';
import { unpackObject } from './unpack.ts';

const LIMIT = 1000;
const inGzip = (data: string | Buffer) => gzipSync(data);
const inMessage = (line: string) => JSON.stringify({ message: line });
const ofLogs = (...lines: string[]) =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    logEvents: lines.map((message) => ({ id: '1', timestamp: 1, message })),
  });
const ofLambda = (data: string | Buffer) =>
  JSON.stringify({ awslogs: { data: inGzip(data).toString('base64') } });
const CONTROL = JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'hi' }] });

function unpack(record: string | Buffer, limit = LIMIT): string | undefined {
  return unpackLines(Buffer.from(record), limit)?.toString();
}

test.each([
  ['nothing', '', ''],
  ['a line', 'a', 'a\n'],
  ['an ended line', 'a\n', 'a\n'],
  ['lines', 'a\nb\n', 'a\nb\n'],
  ['a line with braces in it', 'a {"message":"b"}', 'a {"message":"b"}\n'],
  ['a message', inMessage('a'), 'a\n'],
  ['messages, glued', inMessage('a') + inMessage('b\n'), 'a\nb\n'],
  ['messages, a line each', `${inMessage('a')}\n${inMessage('b')}\n`, 'a\nb\n'],
  ['messages, a Windows line each', `${inMessage('a')}\r\n${inMessage('b')}\r\n`, 'a\nb\n'],
  ['a message, then a blank line', `${inMessage('a')}\n\nb`, 'a\n\nb\n'],
  ['a message, then half a Windows newline', `${inMessage('a')}\rb`, 'a\n\rb\n'],
  ['a blank line, then a message', `\n${inMessage('a')}`, '\na\n'],
  ['a message between lines', `a\n${inMessage('b')}\nc`, 'a\nb\nc\n'],
  ['a message in a message', inMessage(inMessage('a')), 'a\n'],
  ['a message of lines and messages', inMessage(`a\n${inMessage('b')}`), 'a\nb\n'],
  ['an empty message', inMessage(''), ''],
  ['log events', ofLogs('a', 'b\n'), 'a\nb\n'],
  ['log events in log events', ofLogs(ofLogs('a'), 'b'), 'a\nb\n'],
  ['a subscription payload of a Lambda function', ofLambda(ofLogs('a', 'b')), 'a\nb\n'],
  ['a control message of CloudWatch Logs', CONTROL, ''],
  ['gzip', inGzip('a\nb'), 'a\nb\n'],
  ['gzip in gzip', inGzip(inGzip(ofLogs('a'))), 'a\n'],
])('%s', (_, record, lines) => expect(unpack(record)).toBe(lines));

test.each([
  ['no UTF-8', Buffer.from([0x61, 0xff])],
  ['a zero byte', 'a\0b'],
  ['no JSON', '{a}'],
  ['JSON without its end', '{"message":"a"'],
  ['JSON without lines', '{"a":1}'],
  ['a message that is no text', '{"message":1}'],
  ['damaged gzip', inGzip('a').subarray(0, -9)],
  ['a lone first byte of gzip, which is no text', Buffer.from([0x61, 0x8b])],
])('%s has no lines', (_, record) => expect(unpack(record)).toBeUndefined());

test('half of the magic number of gzip is text', () => {
  expect(unpack('\x1f')).toBe('\x1f\n');
  expect(unpack('\x1fa')).toBe('\x1fa\n');
  expect(unpack('Ë, in UTF-8 C3 8B')).toBe('Ë, in UTF-8 C3 8B\n');
});

describe('up to the limit and no more', () => {
  test.each([
    ['lines', 'a'.repeat(LIMIT - 1), 'a'.repeat(LIMIT)],
    ['gzip', inGzip('a'.repeat(LIMIT - 1)), inGzip('a'.repeat(LIMIT))],
    ['gzip of more than its lines', inGzip('a'.repeat(LIMIT - 1)), inGzip(' '.repeat(LIMIT + 1))],
  ])('%s', (_, fits, over) => {
    expect(unpack(fits)).toHaveLength(LIMIT);
    expect(unpack(over)).toBeUndefined();
  });
});

describe('five deep and no deeper', () => {
  const nested = (times: number, wrap: (data: string) => string | Buffer) => {
    let data = 'a';
    for (let depth = 0; depth < times; depth++) data = wrap(data).toString('latin1');
    return Buffer.from(data, 'latin1');
  };

  test.each([
    ['gzip', (data: string) => inGzip(Buffer.from(data, 'latin1')), 5],
    ['messages, the innermost of which is plain', inMessage, 6],
    ['log events, the innermost of which are plain', ofLogs, 6],
  ])('%s', (_, wrap, most) => {
    expect(unpack(nested(most, wrap))).toBe('a\n');
    expect(unpack(nested(most + 1, wrap))).toBeUndefined();
  });

  test('messages in one object', () => {
    expect(unpackObject(nested(6, inMessage).toString(), LIMIT)?.toString()).toBe('a\n');
    expect(unpackObject(nested(7, inMessage).toString(), LIMIT)).toBeUndefined();
  });
});

describe('gzip as it occurs', () => {
  const [a, b] = [gzipSync('a\n'), gzipSync('b')];

  test.each(['', '\n', '\r\n', '\0\0\0', '\n\0'])(
    'members with %j between and after',
    (between) => {
      const separator = Buffer.from(between);
      expect(unpack(Buffer.concat([a, separator, b, separator]))).toBe('a\nb\n');
      expect(unpack(gzipSync(Buffer.concat([a, separator, b, separator])))).toBe('a\nb\n');
    },
  );

  test('text after the last member is left out', () => {
    expect(unpack(Buffer.concat([a, b, Buffer.from('rubbish')]))).toBe('a\nb\n');
  });

  test.each([
    ['cut', Buffer.concat([a, b.subarray(0, -5)])],
    ['cut in its header', Buffer.concat([a, b.subarray(0, 5)])],
    ['of other data than its checksum', Buffer.concat([a, b.subarray(0, -8), Buffer.alloc(8)])],
  ])('a member that is %s makes the record undecodable', (_, record) => {
    expect(unpack(record)).toBeUndefined();
  });
});

test('a single object is unpacked in the same way', () => {
  const unpackOne = (json: string, limit = LIMIT) => unpackObject(json, limit)?.toString();
  expect(unpackOne(ofLogs('a', 'b'))).toBe('a\nb\n');
  expect(unpackOne(inMessage('a'), 2)).toBe('a\n');
  expect(unpackOne(inMessage('a'), 1)).toBeUndefined();
  expect(unpackOne('{')).toBeUndefined();
});
