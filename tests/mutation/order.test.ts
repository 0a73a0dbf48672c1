import { expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { TestOrder } from './order.ts';

const FILE = 'shared/flowlog/values.ts';
const OWN = 'shared/flowlog/values.test.ts';
const NEAR = 'shared/flowlog/parser.test.ts';
const FAR = 'tests/forwarder/forward.test.ts';
const STARTS_A_PROCESS = 'services/cli/undeploy.test.ts';

function order(durations: Record<string, number>): string[] {
  const tests = [STARTS_A_PROCESS, FAR, NEAR, OWN];
  return new TestOrder(ROOT, new Map(Object.entries(durations))).of(tests, FILE);
}

test('tests of equal length run in the order of their nearness to the file', () => {
  expect(order({})).toEqual([OWN, NEAR, FAR, STARTS_A_PROCESS]);
});

test('a slow test runs after quick ones that are slightly farther, but the test beside the file runs first', () => {
  expect(order({ [OWN]: 60_000, [NEAR]: 60_000 })).toEqual([OWN, FAR, NEAR, STARTS_A_PROCESS]);
});

test('a test of more than two seconds is slow', () => {
  const order = new TestOrder(
    ROOT,
    new Map([
      [NEAR, 2000],
      [FAR, 2001],
    ]),
  );
  expect([OWN, NEAR, FAR].map((file) => order.isSlow(file))).toEqual([false, false, true]);
});

test('a test file may take four times as long as without a mutant, and a minute in any case', () => {
  const order = new TestOrder(
    ROOT,
    new Map([
      [NEAR, 15_000],
      [FAR, 15_001],
    ]),
  );
  expect([OWN, NEAR, FAR].map((file) => order.patience(file))).toEqual([60_000, 60_000, 60_004]);
});
