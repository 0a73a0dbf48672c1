import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFlowLog } from '../shared/flowlog/read.ts';
import type { Outcome } from '../shared/flowlog/source.ts';
import { CONTAINERS, type Container } from './support/containers.ts';

/** The lines of flow logs as they are read, each with what it is. */
type Read = readonly (readonly [Outcome, string])[];

const address = fc.ipV4();
const number = fc.nat({ max: 65_535 });
const TAIL = 'OK vpc-1 subnet-1 3 IPv4 10.0.0.1 203.0.113.9 use1-az1 - S3 ingress - - nat-0a';
const LINES: Record<string, fc.Arbitrary<Read[number]>> = {
  'the default format': fc
    .tuple(address, address, number, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
    .map(([from, to, port, bytes]) => [
      'flow',
      `2 123456789012 eni-1 ${from} ${to} ${port} 443 6 9 ${bytes} 1700000000 1700000060 ACCEPT OK`,
    ]),
  "natflow's own format": fc
    .tuple(address, address, number)
    .map(([from, to, bytes]) => [
      'flow',
      `5 123456789012 eni-1 ${from} ${to} 1 443 6 9 ${bytes} 1700000000 1700000060 ACCEPT ${TAIL}`,
    ]),
  'the default format of transit gateways': fc
    .tuple(fc.ipV6(), number)
    .map(([from, bytes]) => [
      'flow',
      `6 TransitGateway 1 tgw-0 tgw-attach-0 1 2 vpc-a vpc-b s-a s-b eni-a eni-b az1 az2 tgw-attach-1 ${from} 2001:db8::1 1 443 6 4 ${bytes} 1700000000 1700000060 OK IPv6 0 0 0 0 3 us-east-1 ingress - -`,
    ]),
  'no traffic': fc.constantFrom(
    ['nodata', '2 1 eni-1 - - - - - - - 1700000000 1700000060 - NODATA'],
    ['skipdata', '2 1 eni-1 - - - - - - - 1700000000 1700000060 - SKIPDATA'],
  ),
  'no line of a flow log': fc
    .stringMatching(/^[a-z]{1,9}( [a-z,"'.;é]{1,9}){0,9}$/)
    .map((line) => ['malformed', line]),
};
const anyLines: fc.Arbitrary<Read> = fc.array(fc.oneof(...Object.values(LINES)), {
  minLength: 1,
  maxLength: 12,
});

async function read(bytes: Uint8Array, pieceBytes: number): Promise<Read> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      // A piece belongs to its reader.
      yield Uint8Array.from(bytes.subarray(at, at + pieceBytes));
    }
  }
  const seen: [Outcome, string][] = [];
  const source = readFlowLog(pieces()).read({
    onFlow: (_, { line }) => seen.push(['flow', line.text.trim()]),
    onOther: (outcome, { line }) => seen.push([outcome, line.text.trim()]),
  });
  for await (const _ of source) {
    // The callbacks keep every line.
  }
  return seen;
}

test.each(Object.entries<Container>(CONTAINERS))(
  'any lines in %s read as they were written, in pieces of any size',
  async (_, write) => {
    await fc.assert(
      fc.asyncProperty(anyLines, fc.integer({ min: 1, max: 5000 }), async (lines, pieceBytes) => {
        const bytes = Buffer.from(write(lines.map(([, line]) => line)));
        expect(await read(bytes, pieceBytes)).toEqual(lines);
      }),
      { numRuns: 12 },
    );
  },
);

const FLOW =
  '2 123456789012 eni-0a1b2c3d4e5f60718 10.0.0.1 10.0.0.2 1 443 6 9 1 1700000000 1700000060 ACCEPT OK';
const flow: Read[number] = ['flow', FLOW];
const outcomes = async (text: string | Buffer) =>
  (await read(Buffer.from(text), 1000)).map(([outcome]) => outcome);

test.each([
  ['in a string', '{"timestamp":1,"message":"2 1 eni'],
  ['after a colon', '{"timestamp":'],
  ['after a comma', '{"timestamp":1,'],
  ['after a bracket', '{"events":1,"a":['],
  ['in a number', '{"timestamp":17000'],
  ['at once', '{'],
  ['over lines', '{\n  "timestamp": 1,\n  "message": "2 1 en'],
])('of JSON records, one that is torn off %s costs its own line alone', async (_, torn) => {
  const record = `${JSON.stringify({ timestamp: 1, message: FLOW })}\n`;
  const text = `${record}${torn}\n${record}${record}${torn}`;
  expect(await outcomes(text)).toEqual(['flow', 'malformed', 'flow', 'flow', 'malformed']);
  expect(await outcomes(`${torn}\n${record}`)).toEqual(['malformed', 'flow']);
});

test.each<[string, string]>([
  ['records', '{\n    "a": [\n        {"b": {"c": 1}},\n        {\n'],
  ['lists', '{\n    "events": 1,\n    "a": {\n        "b": [\n'],
])(
  'of pretty-printed %s, one that is torn off within another value costs one line',
  async (_, torn) => {
    const record = `${JSON.stringify({ a: [{ b: 1 }, [2]], message: FLOW }, undefined, 4)}\n`;
    expect(await outcomes(`${record}${torn}${record}${record}${torn}`)).toEqual([
      'flow',
      'malformed',
      'flow',
      'flow',
      'malformed',
    ]);
  },
);

test('messages alone, as --query gives them in --output text, are on one line', async () => {
  expect(await read(Buffer.from(`${FLOW}\t${FLOW}\t${FLOW}\n`), 100)).toEqual([flow, flow, flow]);
});

test('a pretty-printed record that is torn off anywhere costs itself alone, in a list too', async () => {
  const record = JSON.stringify({ message: FLOW, c: { d: {} }, e: 1 }, undefined, 4);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: record.length - 2 }),
      fc.boolean(),
      async (cut, isInList) => {
        const records = [record, record.slice(0, cut), record, record];
        const text = isInList
          ? `{\n    "events": [\n${records.map((one) => one.replace(/^/gm, '        ')).join(',\n')}\n    ]\n}\n`
          : records.join('\n');
        expect(await outcomes(text)).toEqual(['flow', 'malformed', 'flow', 'flow']);
      },
    ),
  );
});

test('of a list that is cut, every record before the cut is read', async () => {
  const text = JSON.stringify({ events: [{ message: FLOW }, { message: FLOW }] }, undefined, 4);
  expect(await outcomes(text.slice(0, text.lastIndexOf('ACCEPT')))).toEqual(['flow', 'malformed']);
});

test('a list may be of any length', async () => {
  const event = { eventId: '3'.repeat(2000), message: FLOW };
  const list = JSON.stringify({ events: Array(5000).fill(event) }, undefined, 1);
  expect(list.length).toBeGreaterThan(8 * 2 ** 20);
  expect(await read(Buffer.from(list), 65_536)).toEqual(Array(5000).fill(flow));
});

test('a control message has no lines, nor has what an export task writes first', async () => {
  const control = { messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'CWL CONTROL' }] };
  expect(await outcomes(JSON.stringify(control, undefined, 2))).toEqual([]);
  expect(await outcomes('Permission Check Successful')).toEqual([]);
});

test('values of Athena in CSV are lines, by the names of its header', async () => {
  const csv =
    '"version","account_id","srcaddr","dstaddr","bytes"\n"2","1","10.0.0.1","10.0.0.2","7"\n"2","1","10.0.0.1","",""\n';
  expect(await read(Buffer.from(csv), 20)).toEqual([
    ['flow', '2 1 10.0.0.1 10.0.0.2 7'],
    ['nonflow', '2 1 10.0.0.1 - -'],
  ]);
});

test.each(['timestamp', 'time'])(
  'a format that begins with a field "%s" describes the time before the line itself',
  async (name) => {
    const seen: unknown[] = [];
    async function* input() {
      yield Buffer.from(`2023-11-14T22:13:20.000Z 10.0.0.1 10.0.0.2\n`);
    }
    const source = readFlowLog(input()).read({
      format: [name, 'srcaddr', 'dstaddr'],
      onFlow: (_, { line }) => seen.push(line.text),
    });
    for await (const _ of source) expect(seen).toHaveLength(1);
    expect(seen).toEqual(['2023-11-14T22:13:20.000Z 10.0.0.1 10.0.0.2']);
  },
);

test('damage in gzip costs the members after it, and none before', async () => {
  const before = Buffer.concat([gzipSync('a 1\n'), gzipSync(`${FLOW}\n`)]);
  const damaged = Buffer.concat([before, gzipSync(`${FLOW}\n`)]);
  damaged.writeUInt8(0, before.length + 2);
  const seen: Outcome[] = [];
  async function* input() {
    yield damaged;
  }
  const reading = async () => {
    const handlers = { onFlow: () => seen.push('flow'), onOther: (o: Outcome) => seen.push(o) };
    for await (const _ of readFlowLog(input()).read(handlers)) {
      // The handlers count.
    }
  };
  await expect(reading()).rejects.toThrow('damaged gzip (unknown compression method)');
  expect(seen).toEqual(['malformed', 'flow']);
});
