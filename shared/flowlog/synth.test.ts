import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isPrivateLeg } from '../flow/legs.ts';
import { NO_TIME } from '../flow/record.ts';
import { RECORDING_FORMAT } from './format.ts';
import { FlowLogParser } from './parser.ts';
import { type SynthOptions, synthesize } from './synth.ts';

const textOf = (options: SynthOptions) => [...synthesize(options)].join('');

/** Reads the text, and sums the bytes of each side of the gateway. */
function readBack(text: string) {
  const bytes = { private: 0, public: 0 };
  let [first, last] = [Number.POSITIVE_INFINITY, NO_TIME];
  const parser = new FlowLogParser({
    onFlow(flow) {
      bytes[isPrivateLeg(flow) ? 'private' : 'public'] += flow.bytesLow;
      first = Math.min(first, flow.start);
      last = Math.max(last, flow.end);
    },
  });
  parser.write(Buffer.from(text));
  parser.end();
  return { counts: parser.counts, bytes, first, last };
}

test('the same seed gives the same text, another seed another', () => {
  const [one, again, other] = [7, 7, 8].map((seed) => textOf({ flows: 5_000, seed }));
  expect(one === again).toBe(true);
  expect(one === other).toBe(false);
});

test('the text of a seed is the same in every version of natflow', () => {
  const hash = createHash('sha256')
    .update(textOf({ flows: 1_000, seed: 1 }))
    .digest('hex');
  expect(hash).toBe('54768c00065dfb404b70d3db3fc8807b88d2cf523baa64cb9ae05df9edd9afa9');
});

test.each([[0], [1], [3], [4], [5], [999], [1_000], [10_001]])(
  '%i flows are exactly this many lines',
  (flows) => {
    const { counts } = readBack(textOf({ flows, seed: 1 }));
    expect(counts).toMatchObject({ flow: flows, nonflow: 0, malformed: 0 });
  },
);

test('the text begins with its header and ends with a newline', () => {
  const text = textOf({ flows: 3, seed: 1 });
  expect(text.split('\n')[0]).toBe(RECORDING_FORMAT.join(' '));
  expect(text.split('\n')).toHaveLength(5);
  expect(text.endsWith('\n')).toBe(true);
});

test('lines without data occur', () => {
  const { counts } = readBack(textOf({ flows: 10_000, seed: 1 }));
  expect(counts.nodata).toBeGreaterThan(0);
  expect(counts.skipdata).toBeGreaterThan(0);
});

test('both sides of the gateway have the same bytes', () => {
  const { bytes } = readBack(textOf({ flows: 400, seed: 3 }));
  expect(bytes.private).toBeGreaterThan(0);
  expect(bytes.public).toBe(bytes.private);
});

test('flows are in consecutive windows of a minute from the start', () => {
  const { first, last } = readBack(textOf({ flows: 90_000, seed: 1, start: 1_700_000_000 }));
  expect(first).toBeGreaterThanOrEqual(1_700_000_000);
  expect(last).toBeGreaterThan(1_700_000_120);
  expect(last).toBeLessThan(1_700_000_180);
});

test('a longer spike begins with the same lines as a shorter one', () => {
  expect(textOf({ flows: 400, seed: 1 }).startsWith(textOf({ flows: 40, seed: 1 }))).toBe(true);
});
