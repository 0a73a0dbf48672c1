import { describe, expect, test } from '@jest/globals';
import type { Legs } from '../flow/legs.ts';
import { type FlowRecord, NO_TIME } from '../flow/record.ts';
import { DEFAULT_FORMAT, parseFormat } from '../flowlog/format.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { ExportFilter } from './export-filter.ts';
import type { Endpoint } from './transport.ts';

/** An address in the middle of a larger buffer, as a reader returns it. */
const V4: Endpoint = {
  address: Uint8Array.of(9, 9, 9, 203, 0, 113, 200, 9).subarray(3, 7),
  port: 2055,
};
const V6: Endpoint = {
  address: Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  port: 4739,
};

/** Whether a flow between these ends is exported. */
function wants(
  source: string,
  sourcePort: number,
  destination: string,
  port: number,
  protocol = 17,
) {
  const filter = new ExportFilter('all', [V4, V6]);
  let wanted: boolean | undefined;
  const parser = new FlowLogParser({
    format: DEFAULT_FORMAT,
    onFlow: (flow) => {
      wanted = filter.wants(flow);
    },
  });
  parser.write(
    Buffer.from(
      `2 1 eni-1 ${source} ${destination} ${sourcePort} ${port} ${protocol} 1 40 1700000000 1700000060 ACCEPT OK\n`,
    ),
  );
  parser.end();
  expect(filter.ownTraffic).toBe(wanted ? 0 : 1);
  expect(filter.newestEnd).toBe(wanted ? 1_700_000_060 : 0);
  return wanted;
}

test.each<[string, number, string, number]>([
  ['10.0.0.7', 5000, '203.0.113.200', 2055],
  ['203.0.113.200', 2055, '10.0.0.7', 5000],
  ['2001:db8::7', 5000, '2001:db8::1', 4739],
  ['2001:db8:0::1', 4739, '2001:db8::7', 5000],
])('%s:%i to %s:%i is traffic of our own', (...ends) => {
  expect(wants(...ends)).toBe(false);
  expect(wants(...ends, 6)).toBe(true);
});

test.each<[string, number, string, number]>([
  ['10.0.0.7', 5000, '203.0.113.200', 4739],
  ['10.0.0.7', 2055, '203.0.113.200', 5000],
  ['10.0.0.7', 5000, '203.0.113.201', 2055],
  ['2001:db8::7', 5000, '2001:db8::2', 4739],
  ['2001:db8:1::7', 5000, '2001:db8:1::1', 4739],
  ['2001:db8::7', 5000, '2001:db8:0:1::1', 4739],
  ['2001:db8::7', 5000, '2001:db8::1:0:1', 4739],
  ['203.0.113.200', 5000, '10.0.0.7', 6000],
  ['203.0.113.200', 4739, '10.0.0.7', 5000],
  ['10.0.0.7', 5000, '32.1.13.184', 4739],
  ['2001:db8::7', 5000, 'cb00:71c8::', 2055],
])('%s:%i to %s:%i is not', (...ends) => {
  expect(wants(...ends)).toBe(true);
});

describe('of the flows of a zonal gateway', () => {
  const FORMAT = parseFormat('srcaddr dstaddr pkt-srcaddr pkt-dstaddr interface-id end');
  const CLIENT = '10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 eni-1';
  const INTERNET = '10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 eni-1';

  function select(legs: Legs, ...lines: string[]) {
    const filter = new ExportFilter(legs);
    const ends: number[] = [];
    const onFlow = (flow: FlowRecord) => filter.wants(flow) && ends.push(flow.end);
    const parser = new FlowLogParser({ format: FORMAT, onFlow });
    parser.write(Buffer.from(lines.join('\n')));
    parser.end();
    return { ends, otherLeg: filter.otherLeg, newestEnd: filter.newestEnd };
  }

  test.each<[Legs, number[], number]>([
    ['all', [30, 40, 20, 10], 40],
    ['private', [30, 20], 30],
    ['public', [40, 10], 40],
  ])('those of the legs "%s" are chosen, and the others counted', (legs, ends, newestEnd) => {
    const lines = [`${CLIENT} 30`, `${INTERNET} 40`, `${CLIENT} 20`, `${INTERNET} 10`];
    expect(select(legs, ...lines)).toEqual({ ends, otherLeg: 4 - ends.length, newestEnd });
  });

  test('a flow without an end is not the newest', () => {
    expect(select('all', `${CLIENT} -`)).toMatchObject({ ends: [NO_TIME], newestEnd: 0 });
  });
});
