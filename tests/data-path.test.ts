import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DataRecord } from '../shared/collector/decode/packet.ts';
import { fieldKind } from '../shared/flowlog/fields.ts';
import { DEFAULT_FORMAT, type Format, RECORDING_FORMAT } from '../shared/flowlog/format.ts';
import type { Version } from '../shared/netflow/protocol.ts';
import { exportLines, NOW_SECONDS } from './support/export-lines.ts';
import { readLines } from './support/read-lines.ts';

type Values = Record<string, string>;

const absentOr = (value: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 4, arbitrary: value }, fc.constant('-'));
const whole = (max: bigint) => fc.bigInt(0n, max).map(String);
const token = fc.stringMatching(/^[!-z|~]{1,30}$/).filter((text) => !text.startsWith('{'));
// Created once, because fast-check takes milliseconds to create an arbitrary from a pattern.
const interfaceId = fc.stringMatching(/^eni-[0-9a-f]{8,17}$/);
const START = 1_600_000_000;

/** Values for the fields that NetFlow carries, as AWS writes them. */
const carried = (family: 4 | 6, maxCounter: bigint): Record<string, fc.Arbitrary<string>> => {
  const address = family === 4 ? fc.ipV4() : fc.ipV6();
  return {
    srcaddr: address,
    dstaddr: address,
    'pkt-srcaddr': absentOr(address),
    'pkt-dstaddr': absentOr(address),
    srcport: absentOr(whole(65_535n)),
    dstport: absentOr(whole(65_535n)),
    protocol: absentOr(whole(255n)),
    packets: absentOr(whole(maxCounter)),
    bytes: absentOr(whole(maxCounter)),
    start: fc.integer({ min: START, max: START + 60 }).map(String),
    end: fc.integer({ min: START + 60, max: START + 120 }).map(String),
    'tcp-flags': absentOr(whole(255n)),
    'flow-direction': absentOr(fc.constantFrom('ingress', 'egress')),
    action: absentOr(fc.constantFrom('ACCEPT', 'REJECT')),
    'log-status': fc.constant('OK'),
    'interface-id': absentOr(interfaceId),
  };
};

const NAMES = [
  ...new Set([
    ...DEFAULT_FORMAT,
    ...RECORDING_FORMAT,
    'instance-id',
    'ecs-task-id',
    'from-the-future',
  ]),
];

/** A line with its fields in any order: both addresses, some of the other fields, and unknown fields. */
const record = (families: (4 | 6)[], maxCounter: bigint) =>
  fc.constantFrom(...families).chain((family) => {
    const arbitraries = carried(family, maxCounter);
    const others = NAMES.filter((name) => name !== 'srcaddr' && name !== 'dstaddr');
    return fc.subarray(others).chain((some) =>
      fc
        .shuffledSubarray(['srcaddr', 'dstaddr', ...some], { minLength: some.length + 2 })
        .chain((format) =>
          fc
            .tuple(
              ...format.map(
                (name) =>
                  arbitraries[name] ?? (fieldKind(name) === 'text' ? absentOr(token) : whole(9n)),
              ),
            )
            .map((values) => ({
              family,
              format: format as Format,
              values: Object.fromEntries(format.map((name, i) => [name, values[i]])) as Values,
            })),
        ),
    );
  });

const number = (value: string | undefined) =>
  BigInt(value === undefined || value === '-' ? 0 : value);
const given = (value: string | undefined, otherwise: string | undefined) =>
  value === undefined || value === '-' ? otherwise : value;

/** An address in Node's canonical text. */
function canonical(address: unknown): string {
  const text = String(address);
  return new URL(`http://${text.includes(':') ? `[${text}]` : text}`).hostname.replace(
    /[[\]]/g,
    '',
  );
}

/** The values of a line that every version can carry. */
function meant(values: Values) {
  return {
    source: canonical(given(values['pkt-srcaddr'], values['srcaddr'])),
    destination: canonical(given(values['pkt-dstaddr'], values['dstaddr'])),
    ports: [values['srcport'], values['dstport']].map(number),
    protocol: number(values['protocol']),
    tcpFlags: number(values['tcp-flags']),
    bytes: number(values['bytes']),
    packets: number(values['packets']),
    start: given(values['start'], given(values['end'], String(NOW_SECONDS))),
    end: given(values['end'], given(values['start'], String(NOW_SECONDS))),
  };
}

/** The same values of the flow records that one line became. */
function told(
  flows: ReturnType<typeof exportLines>['flows'],
  family: 4 | 6,
): ReturnType<typeof meant> {
  const [first] = flows;
  if (first === undefined) throw new Error('the line became no flow');
  const { values, startMs, endMs }: DataRecord = first;
  const sum = (name: string) =>
    flows.reduce((total, flow) => total + BigInt(flow.values[name] ?? 0), 0n);
  return {
    source: canonical(values[`sourceIPv${family}Address`]),
    destination: canonical(values[`destinationIPv${family}Address`]),
    ports: [values['sourceTransportPort'], values['destinationTransportPort']].map((port) =>
      BigInt(port ?? -1),
    ),
    protocol: BigInt(values['protocolIdentifier'] ?? -1),
    tcpFlags: BigInt(values['tcpControlBits'] ?? -1),
    bytes: sum('octetDeltaCount'),
    packets: sum('packetDeltaCount'),
    start: String(Number(startMs ?? values['flowStartMilliseconds']) / 1000),
    end: String(Number(endMs ?? values['flowEndMilliseconds']) / 1000),
  };
}

describe.each<Version>([5, 9, 10])('version %d', (version) => {
  test('any valid line, with its fields in any order, is exported with its values', () => {
    const records = version === 5 ? record([4], 2n ** 36n) : record([4, 6], 2n ** 63n - 1n);
    fc.assert(
      fc.property(records, ({ family, format, values }) => {
        const line = format.map((name) => values[name]).join(' ');
        const { flows } = exportLines(version, format, [line]);
        expect(told(flows, family)).toEqual(meant(values));
        const direction = values['flow-direction'] === 'egress' ? 1 : 0;
        expect(flows[0]?.values['flowDirection'] ?? direction).toBe(direction);
      }),
      { numRuns: 300 },
    );
  });
});

describe('every input', () => {
  const fragments = fc.constantFrom(
    'srcaddr dstaddr srcport\n',
    '10.0.0.1 10.0.0.2 7\n',
    '{"message":"',
    '"}',
    '{"message":"10.0.0.1 10.0.0.2 7"}',
    '{',
    '}',
    '"',
    '\\',
    '\n',
    '\r\n',
    ' ',
    '-',
    '::',
    '\uFEFF',
    '\u001f\u008b',
    '{"logEvents":[',
    '9'.repeat(30),
    'PAR1',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400, size: 'max' }),
    fc
      .array(fc.oneof(fragments, fc.string()), { maxLength: 30, size: 'max' })
      .map((parts) => Buffer.from(parts.join(''))),
  );

  test('is read without an error or a hang, and the same in any pieces', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (input, pieceBytes) => {
        const whole = readLines(input);
        const cut = readLines(input, { pieceBytes });
        expect(cut.map(({ outcome, fields }) => ({ outcome, fields }))).toEqual(
          whole.map(({ outcome, fields }) => ({ outcome, fields })),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('has a reason exactly when it is malformed', () => {
    const value = fc.oneof(
      token,
      whole(2n ** 66n),
      fc.ipV4(),
      fc.ipV6(),
      fc.constant('-'),
      fc.constantFrom('OK', 'ACCEPT', '1e3', '+1', '01', '1.2.3'),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 12, maxLength: 15 }), (values) => {
        for (const line of readLines(`${values.join(' ')}\n`)) {
          expect(line.reason !== undefined).toBe(line.outcome === 'malformed');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
