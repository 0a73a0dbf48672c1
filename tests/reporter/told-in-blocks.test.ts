import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addCounts } from '../../shared/flowlog/source.ts';
import { ResolvedNames } from '../../shared/names/resolved-names.ts';
import { Aggregate, type AggregateOptions } from '../../shared/report/measure/aggregate.ts';
import { FlowWriter } from '../../shared/report/measure/flow-writer.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { readBlocks } from '../support/told-in-blocks.ts';
import { world } from './gateway-world.ts';
import { recording } from './random-recording.ts';
import { readInto, reportOf, reportOn } from './story.ts';

/** The report of lines that are told in blocks, and copied as for another thread. */
function toldInBlocks(text: string | Uint8Array, options: AggregateOptions = {}): Report {
  const aggregate = new Aggregate(options);
  const { to } = readBlocks(aggregate, new ResolvedNames());
  const writer = new FlowWriter(to);
  readInto(writer, text);
  to.flush();
  addCounts(aggregate.records, writer.records);
  aggregate.textBytes = writer.textBytes;
  return structuredClone(reportOf(aggregate));
}

const text = fc.oneof(
  recording,
  world.map((each) => each.text),
);
const options = fc.record({
  legs: fc.constantFrom('auto', 'private', 'public', 'all' as const),
  cells: fc.boolean(),
  byGateway: fc.boolean(),
  gateway: fc.constantFrom(undefined, new Set(['eni-00', 'eni-1', 'nat-01'])),
});

describe('a report of lines that are told in blocks is the one that is made of them at once:', () => {
  test('of any lines', () => {
    fc.assert(
      fc.property(text, options, (lines, asked) => {
        expect(toldInBlocks(lines, asked)).toEqual(reportOn(lines, {}, asked));
      }),
    );
  });

  test('of more interfaces, VPCs and lines without flows than are remembered or have room in a block', () => {
    const header =
      'interface-id vpc-id region srcaddr dstaddr bytes pkt-srcaddr pkt-dstaddr log-status';
    const lines = Array.from({ length: 20_000 }, (_, index) => {
      const [number, address] = [index % 7000, `10.0.${index % 200}.9`];
      const flow = `${address} 203.0.113.9 ${index} ${address} 203.0.113.9 OK`;
      const rest = index % 9 === 0 ? '- - - - - NODATA' : flow;
      return `eni-${number} vpc-${number % 5000} region-${index % 3} ${rest}`;
    });
    const all = [header, ...lines, `eni-${'x'.repeat(100_000)} - - - - - - - NODATA`].join('\n');
    const gateway = new Set(['eni-0', 'eni-6999']);
    for (const asked of [{}, { gateway }, { legs: 'all' as const }]) {
      expect(toldInBlocks(all, asked)).toEqual(reportOn(all, {}, asked));
    }
  });

  test('of an interface whose later line names its instance', () => {
    const lines = (instance: string) =>
      [
        'interface-id instance-id srcaddr dstaddr srcport dstport protocol bytes pkt-srcaddr pkt-dstaddr',
        'eni-1 - 10.0.1.5 10.0.0.220 50000 443 6 7 10.0.1.5 203.0.113.9',
        `eni-1 ${instance} 10.0.0.220 203.0.113.9 1024 443 6 7 10.0.0.220 203.0.113.9\n`,
      ].join('\n');
    for (const [instance, proven] of [
      ['-', 1],
      ['i-1', 0],
    ] as const) {
      const told = toldInBlocks(lines(instance));
      expect(told.gateway.proven.length).toBe(proven);
      expect(told).toEqual(reportOn(lines(instance)));
    }
  });

  test('of values that are no UTF-8', () => {
    const lines = Buffer.from(
      'interface-id vpc-id srcaddr dstaddr bytes\neni-\xff vpc-\xfe 10.0.1.5 203.0.113.9 7\neni-1 vpc-\xfd 10.0.1.5 203.0.113.9 7\n',
      'latin1',
    );
    expect(toldInBlocks(lines)).toEqual(reportOn(lines));
  });
});
