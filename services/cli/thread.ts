import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Input } from './input.ts';

/** A file of its own in natflow's package too, beside the bundle that this module is in. */
const WORKER = join(import.meta.dirname, 'worker.js');
/** Smaller inputs take little longer than another thread takes to start. In gzip, half a million lines. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** Whether another thread has started long before the inputs are read, and has a processor. */
export function areForThreads(inputs: readonly Input[]): boolean {
  const bytes = inputs.reduce((sum, { size }) => sum + size, 0);
  return bytes >= LARGE_BYTES && availableParallelism() > 1;
}

/** Starts another thread of a command with what it is to know. */
export function startThread(thread: 'replay' | 'report', data: object): Worker {
  const directory = getCompileCacheDir();
  // Where compiled code is kept.
  const cache = directory === undefined ? undefined : dirname(directory);
  return new Worker(WORKER, { workerData: { ...data, thread, cache } });
}
