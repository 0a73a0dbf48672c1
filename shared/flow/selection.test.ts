import { expect, test } from '@jest/globals';
import { DEFAULT_FORMAT } from '../flowlog/format.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { type Endpoint, Selection } from './selection.ts';

const V4: Endpoint = { address: Uint8Array.of(203, 0, 113, 200), port: 2055 };
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
  const selection = new Selection('all', [V4, V6]);
  let wanted: boolean | undefined;
  const parser = new FlowLogParser({
    format: DEFAULT_FORMAT,
    onFlow: (flow) => {
      wanted = selection.wants(flow);
    },
  });
  parser.write(
    Buffer.from(
      `2 1 eni-1 ${source} ${destination} ${sourcePort} ${port} ${protocol} 1 40 1700000000 1700000060 ACCEPT OK\n`,
    ),
  );
  parser.end();
  expect(selection.ownTraffic).toBe(wanted ? 0 : 1);
  expect(selection.newestEnd).toBe(wanted ? 1_700_000_060 : 0);
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
])('%s:%i to %s:%i is not', (...ends) => {
  expect(wants(...ends)).toBe(true);
});
