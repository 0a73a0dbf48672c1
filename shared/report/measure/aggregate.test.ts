import { describe, expect, jest, test } from '@jest/globals';
import { aggregateOf, asGateways, reportOn } from '../../../tests/reporter/story.ts';
import { FlowRecord } from '../../flow/record.ts';
import { textSource } from '../../flowlog/text-source.ts';
import { regionOf } from '../../prices/prices.ts';
import { addText } from './add-text.ts';
import { Aggregate } from './aggregate.ts';

const HEADER = 'interface-id resource-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes start end';
/** A line of the private leg of a gateway, and one that is not. */
const translated = (id: string, at = 60) =>
  `${id} - 10.0.0.1 10.0.0.220 10.0.0.1 203.0.113.5 7 ${at} ${at}`;
const plain = (id: string, at = 60) =>
  `${id} - 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 7 ${at} ${at}`;
const regional = (id: string) => `- ${id} 10.0.0.1 203.0.113.5 10.0.0.1 198.51.100.1 7 60 60`;
const text = (...lines: string[]) => [HEADER, ...lines].join('\n');

describe('the interfaces of a report', () => {
  const lines = text(plain('eni-3'), translated('eni-2'), plain('eni-1'), regional('nat-1'));

  test.each([
    ['auto', ['eni-2', 'nat-1']],
    ['private', ['eni-2', 'nat-1']],
    ['public', ['eni-1', 'eni-3']],
    ['all', ['eni-1', 'eni-2', 'eni-3', 'nat-1']],
  ] as const)('with --legs %s are those whose flows count', (legs, interfaces) => {
    const options = { legs, ...asGateways('eni-2', 'eni-9') };
    expect(reportOn(lines, {}, options).gateway.interfaces).toEqual(interfaces);
  });

  test('are those of regional gateways where no other is known', () => {
    expect(reportOn(lines).gateway.interfaces).toEqual(['nat-1']);
  });

  test('are all of them when no line has a leg', () => {
    expect(reportOn(text(plain('eni-2'), plain('eni-1'))).gateway.interfaces).toEqual([
      'eni-1',
      'eni-2',
    ]);
  });

  test('are the requested ones, by interface id or resource id', () => {
    const of = (...ids: string[]) => reportOn(lines, {}, { legs: 'all', gateway: new Set(ids) });
    expect(of('eni-3').gateway.interfaces).toEqual(['eni-3']);
    expect(of('nat-1', 'eni-1').gateway.interfaces).toEqual(['eni-1', 'nat-1']);
    expect(of('nat-1', 'eni-1').records.otherGateway).toBe(2);
    expect(of('nat-9').gateway.interfaces).toEqual([]);
  });

  test('exclude one whose flows are all at another time', () => {
    const report = reportOn(
      text(plain('eni-1', 59), plain('eni-2', 60), plain('eni-3', 61)),
      {},
      {
        between: { from: 60, to: 60 },
      },
    );
    expect(report.gateway.interfaces).toEqual(['eni-2']);
    expect(report.records.otherTime).toBe(2);
  });

  test('exclude absent ids', () => {
    expect(reportOn(text(plain('-'), plain('eni-1'))).gateway.interfaces).toEqual(['eni-1']);
    expect(reportOn('srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 5\n').gateway.interfaces).toEqual([]);
  });

  test('are 4,096 at most, unless they are requested', () => {
    const others = Array.from({ length: 5000 }, (_, index) => plain(`eni-${1000 + index}`));
    const all = reportOn(text(...others));
    expect(all.gateway.interfaces).toEqual(
      Array.from({ length: 4096 }, (_, index) => `eni-${1000 + index}`),
    );
    expect(all.totals.flows).toBe(5000);
    const many = text(...others, translated('eni-1'), ...others.slice(0, 9), translated('eni-1'));
    const { gateway, totals, records } = reportOn(many, {}, { gateway: new Set(['eni-1']) });
    expect(gateway.interfaces).toEqual(['eni-1']);
    expect([totals.flows, records.otherGateway]).toEqual([2, 5009]);
  });

  test('that were not requested are remembered up to 4,096, which bounds memory', () => {
    const aggregate = new Aggregate({ gateway: new Set(['eni-1']) });
    const flow = new FlowRecord();
    const namesRead = jest.spyOn(aggregate.fields, 'said');
    const add = (index: number) => {
      flow.interfaceIndex = index;
      namesRead.mockClear();
      aggregate.add(flow);
      return namesRead.mock.calls.length > 0;
    };
    for (let index = 0; index <= 4096; index++) expect(add(index)).toBe(true);
    expect([add(4095), add(4096)]).toEqual([false, true]);
  });
});

describe('the region', () => {
  const lines = (header: string, ...values: string[]) =>
    [
      `srcaddr dstaddr interface-id ${header}`,
      ...values.map((value, index) => `10.0.0.1 1.1.1.1 eni-${index} ${value}`),
    ].join('\n');

  test.each([
    ['az-id', ['euc1-az2'], 'eu-central-1'],
    ['az-id', ['-', 'euc1-az2', 'use1-az1'], 'eu-central-1'],
    ['region', ['eu-west-1'], 'eu-west-1'],
    ['region', ['-', 'eu-west-1', 'us-east-1'], 'eu-west-1'],
    ['az-id region', ['use1-az1 eu-west-1'], 'eu-west-1'],
    ['az-id region', ['use1-az1 -'], 'us-east-1'],
    ['az-id', ['-'], undefined],
    ['vpc-id', ['use1-az1'], undefined],
  ])('is read from %s %j', (header, values, region) => {
    expect(regionOf(aggregateOf(lines(header, ...values)))).toBe(region);
  });
});

test('files with different fields add up', async () => {
  const aggregate = new Aggregate();
  const files = [
    'interface-id srcaddr dstaddr bytes az-id\neni-1 10.0.0.1 1.1.1.1 5 use1-az1\nx\n',
    'bytes dstaddr srcaddr interface-id log-status\n7 1.1.1.1 10.0.0.1 eni-2 OK\n- - - eni-2 NODATA\n',
  ];
  for (const file of files) await addText(aggregate, source(file));
  expect(aggregate.records).toEqual({ flow: 2, nodata: 1, skipdata: 0, nonflow: 0, malformed: 1 });
  expect(aggregate.gateways).toEqual(['eni-1', 'eni-2']);
  expect([aggregate.flows, aggregate.totals.upload.bytes.toString()]).toEqual([2, '12']);
  expect(aggregate.textBytes).toBe(files.join('').length);
});

test('the lines of a file before it breaks off count', async () => {
  const aggregate = new Aggregate();
  const broken = addText(
    aggregate,
    source('srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 5\n10.0', true),
  );
  await expect(broken).rejects.toThrow('broke off');
  expect(aggregate.records).toMatchObject({ flow: 1, malformed: 0 });
});

test('lines without a header are read in the given format', async () => {
  const aggregate = new Aggregate();
  await addText(aggregate, source('5 1.1.1.1 10.0.0.1\n'), ['bytes', 'dstaddr', 'srcaddr']);
  expect(aggregate.totals.upload.bytes.toString()).toBe('5');
});

const source = (text: string, breaksOff = false) => textSource(pieces(text, breaksOff));

async function* pieces(text: string, breaksOff = false) {
  for (let at = 0; at < text.length; at += 10) yield Buffer.from(text.slice(at, at + 10));
  if (breaksOff) throw new Error('broke off');
}
