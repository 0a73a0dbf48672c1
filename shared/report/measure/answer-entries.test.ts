import { expect, test } from '@jest/globals';
import { Address } from '../../flow/record.ts';
import { randomSource } from '../../flowlog/synth.ts';
import type { AnswerSink } from '../../names/answer-sink.ts';
import { LAST_TIME, type ResolverAnswer } from '../../names/resolver-log.ts';
import { AnswerWriter } from './answer-entries.ts';
import { BlockWriter } from './blocks.ts';
import { ReportFields } from './fields.ts';
import { FlowReader } from './flow-reader.ts';

/** More than a few blocks have room for. */
const ANSWERS = 20_000;
/** More than one entry has room for. */
const MANY_ADDRESSES = 20_000;

/** What it is told, as text; of an answer's addresses each for itself. */
function recorder(): AnswerSink & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    answers: 0,
    add({ name, nameBytes, addresses, count, client, vpcId, time }) {
      const of = [Buffer.from(name.subarray(0, nameBytes)), textOf(client), vpcId, time].join();
      told.push(...addresses.slice(0, count).map((address) => `${of} ${textOf(address)}`));
    },
    seal: () => told.push('sealed'),
  };
}

/** Words that an address of the family does not have do not count. */
function textOf({ family, w0, w1, w2, w3 }: Address): string {
  return [family, ...[w0, w1, w2, w3].slice(0, family === 4 ? 1 : 4)].join();
}

test('answers that are told in blocks are what was told, in the same order', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomSource(seed);
  const word = () => (random(2 ** 16) << 16) | random(2 ** 16);
  const oneOf = <T>(...all: T[]) => all[random(all.length)] as T;
  const address = () =>
    Object.assign(new Address(), {
      ...{ family: oneOf(4, 4, 6), w0: word(), w1: word(), w2: word(), w3: word() },
    });
  const answer = (count: number): ResolverAnswer => {
    const nameBytes = 1 + random(40);
    return {
      ...{ name: Uint8Array.from({ length: 64 }, () => random(256)), nameBytes, count },
      addresses: Array.from({ length: count + random(2) }, address),
      ...{ client: address(), time: oneOf(0, LAST_TIME, word() >>> 0) },
      vpcId: oneOf('', 'vpc-1', 'vpc-2', `vpc-${'é'.repeat(200)}`),
    };
  };
  const expected = recorder();
  const found = recorder();
  const lines = { fields: new ReportFields(), add() {}, addOther() {} };
  const reader = new FlowReader(lines, found);
  let blocks = 0;
  const to = new BlockWriter({
    hand(block, words) {
      blocks++;
      reader.read(block, words);
      return block.fill(-1);
    },
    room: () => undefined,
  });
  const writer = new AnswerWriter(to);
  for (let number = 0; number < ANSWERS; number++) {
    const told = answer(number === 7 ? MANY_ADDRESSES : random(4));
    for (const sink of [expected, writer]) sink.add(told);
  }
  for (const sink of [expected, writer]) sink.seal();
  to.flush();
  expect(blocks).toBeGreaterThan(2);
  expect(found.told.length).toBe(expected.told.length);
  const wrong = found.told.findIndex((each, index) => each !== expected.told[index]);
  expect([seed, wrong, found.told[wrong]]).toEqual([seed, -1, undefined]);
});
