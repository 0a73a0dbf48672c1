import { expect } from '@jest/globals';
import type { Address } from '../../shared/flow/record.ts';
import { type Random, randomSource } from '../../shared/flowlog/synth.ts';
import type { AnswerSink } from '../../shared/names/answer-sink.ts';
import { BlockWriter } from '../../shared/report/measure/blocks.ts';
import { FlowReader } from '../../shared/report/measure/flow-reader.ts';
import type { FlowSink } from '../../shared/report/measure/flow-sink.ts';

/** Blocks that are read, and then overwritten, as soon as they are handed over. `read` counts them. */
export function readBlocks(
  flows: Pick<FlowSink, 'fields' | 'add' | 'addOther'>,
  answers: AnswerSink,
): { readonly to: BlockWriter; readonly read: () => number } {
  const reader = new FlowReader(flows, answers);
  let blocks = 0;
  const to = new BlockWriter({
    hand(block, words) {
      blocks++;
      reader.read(block, words);
      return block.fill(-1);
    },
    room: () => undefined,
  });
  return { to, read: () => blocks };
}

/** Random values, of a seed that a failed test prints. */
export function randomValues() {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random: Random = randomSource(seed);
  const word = () => (random(2 ** 16) << 16) | random(2 ** 16);
  const oneOf = <T>(...all: T[]) => all[random(all.length)] as T;
  const address = (...families: number[]): Address => ({
    ...{ family: oneOf(...families), w0: word(), w1: word(), w2: word(), w3: word() },
  });
  return { seed, random, word, oneOf, address };
}

/** An address as text. Words that one of its family does not have do not count. */
export function addressText({ family, w0, w1, w2, w3 }: Address): string {
  return [family, ...[w0, w1, w2, w3].slice(0, { 4: 1, 6: 4 }[family] ?? 0)].join();
}

/** Expects the same texts in the same order, and shows the first that is another. */
export function expectSame(found: readonly string[], expected: readonly string[], seed: number) {
  expect(found.length).toBe(expected.length);
  const wrong = found.findIndex((each, index) => each !== expected[index]);
  expect([seed, wrong, found[wrong]]).toEqual([seed, -1, undefined]);
}
