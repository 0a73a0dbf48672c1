import { expect, test } from '@jest/globals';
import { dangersIn, HOSTILE } from '../../tests/support/hostile-text.ts';
import { calling, Refusal } from './refusal.ts';

const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('AWS said so'), { name, $metadata: { httpStatusCode } });

test.each([
  ['UnauthorizedOperation', 403, true],
  ['ServiceQuotaExceededException', 402, true],
  ['RequestLimitExceeded', 503, false],
  ['ThrottlingException', 429, false],
  // A conflict of two concurrent requests for the same schedule.
  ['ConflictException', 409, false],
])('whether %s (%d) is a refusal: %s', async (name, status, isRefusal) => {
  const cause = answer(name, status);
  const error = await calling('ec2:Do', Promise.reject(cause)).catch((e) => e);
  expect(error.cause).toBe(cause);
  expect(error instanceof Refusal).toBe(isRefusal);
});

test.each([400, 500])(
  "AWS's message is one line of printable text and is cut (%d)",
  async (status) => {
    const said = Object.assign(answer('Denied', status), { message: HOSTILE.repeat(50) });
    const error = await calling('doing', Promise.reject(said)).catch((e) => e);
    expect(dangersIn(error.message)).toEqual([]);
    expect(error.message).toHaveLength(2000);
    expect(error.cause).toBe(said);
  },
);
