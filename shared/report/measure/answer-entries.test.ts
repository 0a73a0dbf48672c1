import { expect, test } from '@jest/globals';
import {
  addressText,
  expectSame,
  randomValues,
  readBlocks,
} from '../../../tests/support/told-in-blocks.ts';
import type { AnswerSink } from '../../names/answer-sink.ts';
import { LAST_TIME, type ResolverAnswer } from '../../names/resolver-log.ts';
import { AnswerWriter } from './answer-entries.ts';
import { ReportFields } from './fields.ts';

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
      const of = [
        Buffer.from(name.subarray(0, nameBytes)),
        addressText(client),
        vpcId,
        time,
      ].join();
      told.push(...addresses.slice(0, count).map((address) => `${of} ${addressText(address)}`));
    },
    seal: () => told.push('sealed'),
  };
}

test('answers that are told in blocks are what was told, in the same order', () => {
  const { seed, random, word, oneOf, address: addressOf } = randomValues();
  const address = () => addressOf(4, 4, 6);
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
  const { to, read } = readBlocks(lines, found);
  const writer = new AnswerWriter(to);
  for (let number = 0; number < ANSWERS; number++) {
    const told = answer(number === 7 ? MANY_ADDRESSES : random(4));
    for (const sink of [expected, writer]) sink.add(told);
  }
  for (const sink of [expected, writer]) sink.seal();
  to.flush();
  expect(read()).toBeGreaterThan(2);
  expectSame(found.told, expected.told, seed);
});
