import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Delivery, RecordDecoder } from './records.ts';

const LINE =
  '2 123456789012 eni-0a11bb22cc33dd44e 10.0.0.7 203.0.113.9 1024 443 6 9 840 1795338000 1795338060 ACCEPT OK';

function records(...contents: (string | Buffer)[]) {
  return contents.map((content, i) => ({
    recordId: String(i),
    approximateArrivalTimestamp: 0,
    data: Buffer.from(content).toString('base64'),
  }));
}

/** The text of each record; undefined when it cannot be decoded. */
function texts({ text, ends, undecodable }: Delivery): (string | undefined)[] {
  return [...ends].map((end, i) =>
    undecodable.has(i) ? undefined : text.toString('utf8', ends[i - 1] ?? 0, end),
  );
}

const decode = (...contents: (string | Buffer)[]) =>
  texts(new RecordDecoder().decode(records(...contents)));

const wrap = (line: string) => JSON.stringify({ message: line });
const subscription = (messageType: string, ...messages: string[]) =>
  JSON.stringify({
    messageType,
    owner: '123456789012',
    logGroup: 'flow-logs',
    logEvents: messages.map((message, i) => ({ id: String(i), timestamp: 0, message })),
  });
const data = (...messages: string[]) => subscription('DATA_MESSAGE', ...messages);
const control = subscription('CONTROL_MESSAGE', 'CWL CONTROL MESSAGE: Checking health');

test.each<[string, string | Buffer, string | undefined]>([
  ['a wrapped line', wrap(LINE), `${LINE}\n`],
  ['a wrapped line with a newline', `${wrap(LINE)}\n`, `${LINE}\n`],
  ['a wrapped line with a Windows newline', `${wrap(LINE)}\r\n`, `${LINE}\n`],
  ['wrapped lines without separators', wrap('a b') + wrap('c d'), 'a b\nc d\n'],
  ['wrapped lines, one per line', `${wrap('a b')}\n${wrap('c d')}\n`, 'a b\nc d\n'],
  ['several lines in one message', wrap('a b\nc d\n'), 'a b\nc d\n'],
  ['escapes', '{"message":"a\\u0020\\"b\\""}', 'a "b"\n'],
  ['other members and blanks', '{"time": 1, "message": "a b"}', 'a b\n'],
  ['a message in a message', wrap(wrap('a b')), 'a b\n'],
  ['other alphabets', wrap('à b'), 'à b\n'],
  ['a plain line', 'a b', 'a b\n'],
  ['plain lines', 'a b\nc d\n', 'a b\nc d\n'],
  ['plain lines', 'a\tb\r\n\n  c\n', 'a\tb\r\n\n  c\n'],
  ['a plain line with a brace', 'a {b}', 'a {b}\n'],
  ['plain and wrapped lines', `a b\n${wrap('c d')}\ne f`, 'a b\nc d\ne f\n'],
  ['compressed plain lines', gzipSync('a b\nc d'), 'a b\nc d\n'],
  ['compressed wrapped lines', gzipSync(wrap('a b') + wrap('c d')), 'a b\nc d\n'],
  ['compressed twice', gzipSync(gzipSync('a b')), 'a b\n'],
  ['a subscription payload', gzipSync(data('a b', 'c d')), 'a b\nc d\n'],
  ['a subscription payload not compressed', data('a b'), 'a b\n'],
  ['subscription payloads without separators inside', gzipSync(data('a') + data('b')), 'a\nb\n'],
  [
    'compressed payloads without separators',
    Buffer.concat([gzipSync(data('a')), gzipSync(data('b'))]),
    'a\nb\n',
  ],
  ['wrapped lines in a payload', gzipSync(data(wrap('a b'))), 'a b\n'],
  ['a payload compressed twice', gzipSync(gzipSync(data('a'))), 'a\n'],
  [
    'a payload as a Lambda function gets it',
    JSON.stringify({ awslogs: { data: gzipSync(data('a')).toString('base64') } }),
    'a\n',
  ],
  ['a control message', gzipSync(control), ''],
  ['a control message between lines', gzipSync(data('a') + control + data('b')), 'a\nb\n'],
  ['a payload without events', gzipSync(data()), ''],
  ['nothing', '', ''],
  ['an empty message', wrap(''), ''],
  ['an object without a message', '{"Hello": "World"}', undefined],
  ['an object that does not end', '{"message":"a b', undefined],
  ['an object that is not JSON', '{message: a}', undefined],
  ['a message that is not text', '{"message":5}', undefined],
  ['an event that is none', '{"logEvents":[{"message":null}]}', undefined],
  ['damaged gzip', gzipSync('a b').subarray(0, 15), undefined],
  ['bytes that are not text', Buffer.of(0x32, 0xff, 0xfe), undefined],
  ['a message that is not UTF-8', Buffer.from('{"message":"\xff"}', 'latin1'), undefined],
  ['a message that begins another object', '{"message":"{a}"}', undefined],
  ['a line end in a message', '{"message":"a\nb"}', undefined],
  ['a zero byte', Buffer.from('{"message":"a\0"}'), undefined],
  ['too many nested envelopes', new Array(9).fill(0).reduce<string>(wrap, 'a'), undefined],
])('%s is read', (_, content, text) => {
  expect(decode(content)).toEqual([text]);
  expect(decode('before', content, wrap('behind'))).toEqual(['before\n', text, 'behind\n']);
  expect(decode(wrap('\u00e9\\'), content)).toEqual(['\u00e9\\\n', text]);
});

/** The text of a record with this base64 between two others; undefined when it cannot be decoded. */
function decodeBetween(data: string): string | undefined {
  const event = records('before', '', 'behind').map((record, i) =>
    i === 1 ? { ...record, data } : record,
  );
  const [before, text, behind] = texts(new RecordDecoder().decode(event));
  expect([before, behind]).toEqual(['before\n', 'behind\n']);
  return text;
}

// A `{"message":…}` record, one with a newline, and a plain line, with 0, 1 and 2 characters of padding.
test.each([...['a b', 'a bc', 'a bcd'].flatMap((line) => [wrap(line), `${wrap(line)}\n`, line])])(
  '%j in broken base64 cannot be decoded',
  (content) => {
    const whole = Buffer.from(content).toString('base64');
    expect(decodeBetween(whole)).toBe(
      `${content.startsWith('{') ? JSON.parse(content).message : content}\n`,
    );
    const parts = (at: number) => [whole.slice(0, at), whole.slice(at)] as const;
    const broken = new Set<string>();
    for (let at = 0; at <= whole.length; at++) {
      const [head, tail] = parts(at);
      for (const foreign of ['*', ' ', '\n', '=', '==', 'é', '****', 'A', 'AA', 'AAA']) {
        broken.add(`${head}${foreign}${tail}`);
        broken.add(`${head}${foreign}${tail.slice(foreign.length)}`);
      }
      broken.add(head);
      broken.add(tail);
    }
    // The rest is still valid base64, so it is decoded.
    const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
    const faulty = [...broken].filter((data) => !isBase64.test(data));
    expect(faulty.length).toBeGreaterThan(50);
    for (const data of faulty) {
      expect([data, decodeBetween(data)]).toEqual([data, undefined]);
    }
  },
);

test('records that exceed the memory limit of a delivery are undecodable', () => {
  const large = gzipSync('a'.repeat(999_999).concat('\n').repeat(20));
  const decoded = decode(large, wrap('a b'), large, wrap('c d'));
  expect(decoded.map((text) => text?.length)).toEqual([20_000_000, 4, undefined, 4]);
});

test('a line too long to be re-ingested as a record is undecodable', () => {
  const longest = 'a'.repeat(1_024_000);
  const decoded = decode(gzipSync(`b\n${longest}\nc`), gzipSync(`b\n${longest}a\nc`));
  expect(decoded.map((text) => text?.length)).toEqual([1_024_004 + 1, undefined]);
});

test('one decoder can be used for deliveries of any size', () => {
  const decoder = new RecordDecoder();
  for (const count of [1, 5000, 3, 0, 10_000]) {
    const contents = Array.from({ length: count }, (_, i) => `${LINE} ${count} ${i}`);
    const decoded = texts(decoder.decode(records(...contents.map(wrap))));
    expect(decoded).toEqual(contents.map((line) => `${line}\n`));
  }
});

test('the text of a delivery is limited to the byte, whatever its earlier records are', () => {
  const room = 32 * 1024 * 1024 - 'a b\n'.length;
  const lines = (bytes: number) =>
    gzipSync(`${'a'.repeat(1023)}\n`.repeat(bytes / 1024).padEnd(bytes, 'b'));
  expect(decode(wrap('a b'), lines(room - 1)).map((text) => text?.length)).toEqual([4, room]);
  expect(decode(wrap('a b'), lines(room)).map((text) => text?.length)).toEqual([4, undefined]);
});

/** The number of records that are decoded separately instead of directly into the text. */
function decodedApart(...contents: (string | Buffer)[]): number {
  const event = records(...contents);
  const decoder = new RecordDecoder();
  const from = jest.spyOn(Buffer, 'from');
  try {
    decoder.decode(event);
    return from.mock.calls.filter(([data]) => event.some((record) => record.data === data)).length;
  } finally {
    from.mockRestore();
  }
}

test('`{"message":…}` records and plain lines are decoded directly into the text', () => {
  const usual = [
    wrap(LINE),
    `${wrap(LINE)}\n`,
    wrap('a'),
    LINE,
    `${LINE}\n`,
    `${LINE}\n${LINE}`,
    'a',
  ];
  for (const content of usual) expect(decodedApart(content)).toBe(0);
  expect(decodedApart(...usual)).toBe(0);
  expect(decodedApart('{"time":1,"message":"a"}', ...usual)).toBe(1);
  // A compressed record is decoded separately, and the others still directly.
  expect(decodedApart(gzipSync(LINE), ...usual)).toBe(1);
  // Text that is not ASCII is decoded separately, and plain lines beside it too, but `{"message":…}` records are not.
  expect(decodedApart(wrap('\u00e9'), ...usual.slice(0, 3))).toBe(1);
  expect(decodedApart(wrap('\u00e9'), ...usual.slice(0, 3), LINE)).toBe(2);
});

/** The memory of a delivery's text. */
const memoryOf = (decoder: RecordDecoder, ...contents: (string | Buffer)[]) =>
  decoder.decode(records(...contents)).text.buffer;

test('memory of up to eight megabytes is reused for the next delivery', () => {
  // Memory is 1.5 times the line and its newline: exactly eight megabytes.
  const usual = 'a'.repeat(5_592_404);
  const decoder = new RecordDecoder();
  const memory = memoryOf(decoder, usual);
  expect(memory.byteLength).toBe(8 * 1024 * 1024);
  expect(memoryOf(decoder, 'a b')).toBe(memory);
  const other = new RecordDecoder();
  const unusual = memoryOf(other, `${usual}a`);
  expect(unusual.byteLength).toBe(8 * 1024 * 1024 + 1);
  const next = memoryOf(other, 'a b');
  expect(next).not.toBe(unusual);
  expect(next.byteLength).toBeLessThan(100);
});

const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30, size: 'max' })
  .map((text) => `.${text.replaceAll(/[\0\n]/g, ' ')}`);
const lines = fc.array(line, { minLength: 1, maxLength: 4 });
const text = (each: readonly string[]) => each.map((one) => `${one}\n`).join('');
const separator = fc.constantFrom('', '\n', '\r\n');

const plainShape = fc.oneof(
  lines.map((each) => ({ content: each.join('\n'), text: text(each) })),
  lines.map((each) => ({ content: text(each), text: text(each) })),
  fc.tuple(lines, separator).map(([each, between]) => ({
    content: each.map((one) => wrap(one) + between).join(''),
    text: text(each),
  })),
  lines.map((each) => ({ content: data(...each), text: text(each) })),
  lines.map((each) => ({ content: control + data(...each), text: text(each) })),
);
const shape = fc.oneof(
  plainShape.map(({ content, text }) => ({ content: Buffer.from(content), text })),
  plainShape.map(({ content, text }) => ({ content: gzipSync(content), text })),
  fc.tuple(plainShape, plainShape).map(([a, b]) => ({
    content: gzipSync(Buffer.concat([gzipSync(a.content), gzipSync(`\n${b.content}`)])),
    text: undefined,
  })),
  fc
    .uint8Array({ maxLength: 40, size: 'max' })
    .map((junk) => ({ content: Buffer.from(junk), text: undefined })),
);

test('any list of records is decoded record by record', () => {
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 20, size: 'max' }), (shapes) => {
      const delivery = new RecordDecoder().decode(records(...shapes.map(({ content }) => content)));
      const decoded = texts(delivery);
      expect(decoded).toHaveLength(shapes.length);
      for (const [i, { text, content }] of shapes.entries()) {
        if (text !== undefined) expect(decoded[i]).toBe(text);
        // A record reads the same alone and among others.
        else expect(decoded[i]).toBe(decode(content)[0]);
        expect(decoded[i] ?? '').toMatch(/^$|\n$/);
      }
      // The parser would read it as an object that continues in the next record.
      expect(`\n${delivery.text}`).not.toContain('\n{');
      expect(delivery.text.toString()).toBe(decoded.join(''));
    }),
  );
});
