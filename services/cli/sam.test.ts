import { expect, test } from '@jest/globals';
import { run } from './sam.ts';

test.each([
  ['exit 3', 'ended with 3'],
  ['kill -KILL $$', 'ended with SIGKILL'],
])('a program that does %j fails with the sentence: sh -c %s', async (script, end) => {
  await expect(run('sh', ['-c', script])).rejects.toThrow(`sh -c ${end}`);
});
