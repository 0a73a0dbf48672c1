import { enableCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';

// A thread has a cache of its own. It is enabled before anything else is loaded.
if (workerData.cache !== undefined) enableCompileCache(workerData.cache);
const threads = {
  replay: () => import('./replay-thread.ts').then(({ sendApart }) => sendApart()),
  report: () => import('./report-thread.ts').then(({ makeApart }) => makeApart()),
};
void threads[workerData.thread]();
