import { expect, test } from '@jest/globals';
import { checkInput, inputOf } from './inputs.ts';
import type { Target } from './target.ts';
import { TARGET_NAMES, targetNamed } from './targets.ts';

test.each(TARGET_NAMES)('%s: the same seed and number give the same input', (name) => {
  const target = targetNamed(name);
  const inputs = [0, 1, 2, 3].map((index) =>
    Buffer.from(inputOf(target, 7, index)).toString('hex'),
  );
  expect(
    [0, 1, 2, 3].map((index) => Buffer.from(inputOf(target, 7, index)).toString('hex')),
  ).toEqual(inputs);
  expect(new Set(inputs).size).toBeGreaterThan(1);
});

const input = Uint8Array.of(1, 2, 3);
const checking = (check: Target['check']): Target => ({
  name: 'x',
  generate: () => input,
  check,
});

test('an input is checked again with the same random numbers, even if the check modifies it', async () => {
  const seen: number[] = [];
  const target = checking((bytes, random) => {
    seen.push(random.next(), bytes[0] ?? 0);
    bytes.fill(0);
  });
  await checkInput(target, input);
  await checkInput(target, input);
  expect(seen.slice(2)).toEqual(seen.slice(0, 2));
});

test('an error that a check throws is a finding', async () => {
  const target = checking(() => Promise.reject(new Error('odd')));
  await expect(checkInput(target, input)).rejects.toThrow('odd');
});

const burn = (ms: number) => {
  const until = process.cpuUsage().user + ms * 1000;
  while (process.cpuUsage().user < until);
};

test('an input that is slow every time is a finding, and one that is slow once is not', async () => {
  let left = 1;
  const once = checking(() => (left-- > 0 ? burn(60) : undefined));
  expect(await checkInput(once, input, 50)).toBeLessThan(50);
  const always = checking(() => burn(60));
  await expect(checkInput(always, input, 50)).rejects.toThrow(/^took \d+ ms of processor time$/);
});
