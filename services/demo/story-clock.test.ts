import { expect, test } from '@jest/globals';
import { StoryClock } from './story-clock.ts';

const PACE = { speed: Number.POSITIVE_INFINITY, settle: async () => {} };

test('planned work is done in the order of time, including work that is planned meanwhile', async () => {
  const clock = new StoryClock(1000);
  const done: string[] = [];
  const note = (name: string) => () => void done.push(`${name} at ${clock.now()}`);
  clock.after(300, note('late'));
  clock.at(1100, () => void clock.after(50, note('planned on the way')));
  clock.after(100, note('early'));
  clock.after(9000, note('too late'));
  clock.after(200, note('cancelled'))();
  await clock.play(2000, PACE);
  expect(done).toEqual(['early at 1100', 'planned on the way at 1150', 'late at 1300']);
  expect(clock.now()).toBe(2000);
});

test('the clock does not advance until the work of a moment is done', async () => {
  const clock = new StoryClock(0);
  let isDone = true;
  clock.at(1, () => {
    isDone = false;
  });
  clock.at(2, () => expect(isDone).toBe(true));
  const settle = async () => {
    await new Promise(setImmediate);
    isDone = true;
  };
  await clock.play(3, { ...PACE, settle });
  expect.assertions(1);
});

test('an aborted story stops at once', async () => {
  const clock = new StoryClock(0);
  clock.at(1, () => {
    throw new Error('not reached');
  });
  await clock.play(5, { ...PACE, signal: AbortSignal.abort() });
  expect(clock.now()).toBe(0);
});
