import { isIPv4, isIPv6 } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressOf } from '../flow/prefix.ts';
import type { Address } from '../flow/record.ts';
import { ResolverLogReader } from './resolver-log.ts';

function read(line: string) {
  const bytes = Buffer.from(`before\n${line}\nafter`);
  const reader = new ResolverLogReader();
  const isRecord = reader.read(bytes, 7, bytes.length - 6);
  return isRecord ? shown(reader) : undefined;
}

function shown({ name: bytes, nameBytes, ...answer }: ResolverLogReader) {
  const { addresses, count, client, vpcId, time } = answer;
  const name = Buffer.from(bytes.subarray(0, nameBytes)).toString();
  const words = ({ family, w0, w1, w2, w3 }: Address) =>
    family === 4 ? [4, w0] : [6, w0, w1, w2, w3];
  return {
    ...{ name, vpcId, time, client: words(client) },
    addresses: addresses.slice(0, count).map(words),
  };
}

/** What the record says, by JSON.parse. */
function parsed(line: string) {
  const words = (text: unknown) => {
    if (typeof text !== 'string' || !(isIPv4(text) || isIPv6(text))) return undefined;
    const { family = 0, w0, w1, w2, w3 } = addressOf(text) ?? {};
    return family === 4 ? [4, w0] : [6, w0, w1, w2, w3];
  };
  const record = JSON.parse(line);
  const text = (member: unknown) => (typeof member === 'string' ? member : '');
  const name = text(record.query_name).replace(/\.$/, '').toLowerCase();
  const time = Math.floor(Date.parse(text(record.query_timestamp)) / 1000);
  const client = words(record.srcaddr);
  if (name === '' || client === undefined || Number.isNaN(time)) return undefined;
  const answers: { Type?: unknown; Rdata?: unknown }[] = Array.isArray(record.answers)
    ? record.answers.filter((each: unknown) => typeof each === 'object' && each !== null)
    : [];
  const addresses = answers
    .filter(({ Type }) => Type === 'A' || Type === 'AAAA')
    .flatMap(({ Rdata }) => [words(Rdata)].filter((each) => each !== undefined));
  return { name, vpcId: text(record.vpc_id), time, client, addresses };
}

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((text) => !text.includes('.')),
  fc.constantFrom('', '-', '10.0.0', 'd1.example.net.', '2001:DB8::1'),
);
const name = fc.oneof(
  fc.constantFrom('api.Example.com.', 'a"b.example.', 'x\\052.example.org', 'é.example.', '.'),
  fc.string(),
);
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), name, address);
const answer = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      Rdata: address,
      Type: fc.constantFrom('A', 'AAAA'),
      Class: fc.constant('IN'),
    }),
  },
  fc.record(
    { Rdata: fc.oneof(address, anything), Type: fc.constantFrom('CNAME', 'MX', 'a', 7) },
    { requiredKeys: [] },
  ),
  anything.filter((value) => !Array.isArray(value)),
);
const record = fc.record(
  {
    version: fc.constant('1.100000'),
    vpc_id: fc.oneof(fc.constantFrom('vpc-1', 'vpc-0aa', '', 'vpc-"'), anything),
    query_timestamp: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('2026-11-22T10:13:55Z', '2026-11-22T10:13:55.999Z') },
      anything,
    ),
    query_name: fc.oneof({ weight: 5, arbitrary: name }, anything),
    query_type: fc.constantFrom('A', 'srcaddr', '"answers":[]'),
    answers: fc.oneof({ weight: 5, arbitrary: fc.array(answer, { maxLength: 5 }) }, anything),
    srcaddr: fc.oneof({ weight: 5, arbitrary: address }, anything),
    srcids: fc.constantFrom({ instance: 'i-1' }, { srcaddr: '10.9.9.9', answers: [{}] }, []),
    firewall_rule_action: anything,
  },
  { requiredKeys: [] },
);
/** A text of the record: members in any order, with blanks or without, perhaps with escaped letters. */
const line = fc
  .tuple(record, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), fc.boolean(), fc.boolean())
  .map(([members, ranks, isSpaced, isEscaped]) => {
    const order = Object.entries(members)
      .map((member, index) => ({ member, rank: ranks[index] ?? 0 }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ member }) => member);
    const json = JSON.stringify(Object.fromEntries(order), undefined, isSpaced ? '\t' : '');
    const flat = json.replaceAll('\n', ' ');
    return isEscaped ? flat.replace(/(?<!\\)q/g, '\\u0071') : flat;
  });

test('a record has what a parser of JSON reads in it', () => {
  fc.assert(
    fc.property(line, (text) => {
      expect(read(text)).toEqual(parsed(text));
    }),
    { numRuns: 500 },
  );
});

const WHOLE =
  '{"vpc_id":"vpc-1","query_timestamp":"2026-11-22T10:13:55Z","query_name":"a.example.","answers":[{"Rdata":"192.0.2.1","Type":"A"}],"srcaddr":"10.0.0.1","srcport":"1"}';

test('a record that is cut off before its client is none, and no cut reads beyond it', () => {
  const client = WHOLE.indexOf('"srcaddr"') + '"srcaddr":"10.0.0.1"'.length;
  for (let end = 0; end < WHOLE.length; end++) {
    const found = read(WHOLE.slice(0, end));
    if (end < client) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ name: 'a.example', addresses: [[4, -1_073_741_311]] });
  }
});

test.each(['', 'null', '[]', '{}', '"text"', '{"query_name":', '[[[[[', '{"a":1 "b":2}'])(
  'a line that is no record is none: %j',
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);
