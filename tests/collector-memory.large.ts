import { expect, test } from '@jest/globals';
import { FlowCollector } from '../shared/collector/collect-flows.ts';
import { ipfix, set, u32 } from './support/wire.ts';

const RATES = 1000;
const records = Array.from({ length: RATES }, (_, id) => u32(id) + u32(7)).join('');
const SAMPLERS = set(3, '0101 0002 0001 012e 0004 0022 0004') + set(257, records);

test('exporters with the most samplers are forgotten before a hundred', () => {
  const collector = new FlowCollector();
  for (let domain = 0; domain < 120; domain++) collector.take(ipfix(SAMPLERS, { domain }), 'a', 0);
  expect(collector.exporters()).toHaveLength(99);
});

test('exporters without options data are forgotten before ten thousand and one', () => {
  const collector = new FlowCollector();
  for (let domain = 0; domain < 10_100; domain++) collector.take(ipfix('', { domain }), 'a', 0);
  expect(collector.exporters()).toHaveLength(10_000);
  expect(collector.exporters()[0]?.name).toBe('a IPFIX domain 100');
});
