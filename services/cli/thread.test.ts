import { expect, test } from '@jest/globals';
import { newBlock } from '../../shared/report/measure/blocks.ts';
import { UsageError } from './errors.ts';
import { Thread } from './thread.ts';

const blocks = { newBlock, most: 1 };

test('why a thread cannot go on is told to who asks it, and to who waits for it', async () => {
  const thread = new Thread('report', { task: { names: ['/none/names.json'] } }, blocks);
  try {
    const refused = new UsageError(
      "--names /none/names.json: ENOENT: no such file or directory, open '/none/names.json'",
    );
    await expect(thread.ask(0)).rejects.toEqual(refused);
    await expect(thread.room()).rejects.toEqual(refused);
  } finally {
    thread.close();
  }
});

test('an error that a thread does not catch is thrown here', async () => {
  const thread = new Thread('report', { task: {} }, blocks);
  try {
    // A value of a group that there is none of.
    thread.hand(newBlock().fill(0b11_001), 21);
    await expect(thread.room()).rejects.toMatchObject({ name: 'TypeError' });
  } finally {
    thread.close();
  }
});
