import { expect, test } from '@jest/globals';
import { interruptible, untilSignal } from './signals.ts';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s aborts the work, whose exit code is then %d', async (signal, code) => {
  const aborted = await interruptible(async (interrupted) => {
    process.emit(signal, signal);
    process.exitCode = 1;
    return interrupted.aborted;
  });
  expect(aborted).toBe(true);
  expect(process.exitCode).toBe(code);
  process.exitCode = undefined;
});

test('the first signal alone has a handler, so that a second one ends the process', async () => {
  await interruptible(async () => {
    expect(process.listenerCount('SIGTERM')).toBe(1);
    process.emit('SIGINT', 'SIGINT');
    expect(process.listenerCount('SIGTERM')).toBe(0);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
  process.exitCode = undefined;
});

test('work that ends without a signal leaves no handler and its own exit code', async () => {
  await interruptible(async () => {
    process.exitCode = 3;
  });
  expect(process.exitCode).toBe(3);
  expect(process.listenerCount('SIGINT')).toBe(0);
  process.exitCode = undefined;
});

test('waiting for a signal ends with it', async () => {
  const waiting = untilSignal();
  process.emit('SIGTERM', 'SIGTERM');
  await expect(waiting).resolves.toBeUndefined();
});
