import { parentPort, workerData } from 'node:worker_threads';
import { RingWriter } from '../../shared/export/packet-ring.ts';
import type { ThreadData, ThreadMessage } from './replay-apart.ts';
import { reportFirstMalformed } from './replay-report.ts';
import { replayHere, type Sender } from './replay-run.ts';
import { openAll } from './s3-input.ts';

/** How often it is told how much has been read. */
const PROGRESS_MS = 250;

/** Reads the files that the other thread names, and gives it their packets. */
export async function readApart(): Promise<void> {
  const { files, settings, localAddress, memory }: ThreadData = workerData;
  const tell = (message: ThreadMessage) => parentPort?.postMessage(message);
  const writer = new RingWriter(memory);
  const sender: Sender = {
    localAddress,
    async send(packets) {
      writer.write(packets);
      return { taken: packets.map(() => 0), isLate: false };
    },
  };
  const run = await replayHere(
    settings,
    sender,
    reportFirstMalformed((said) => tell({ said })),
  );
  const inputs = await openAll(files, {});
  const progress = setInterval(() => {
    tell({ bytesRead: inputs.map(({ bytesRead }) => bytesRead) });
  }, PROGRESS_MS);
  const interrupted = new AbortController();
  parentPort?.once('message', () => interrupted.abort()).unref();
  const failures = await run.send(inputs, interrupted.signal);
  clearInterval(progress);
  const { outcome } = run;
  if (outcome) tell({ outcome, failures: failures.map(({ message }) => message) });
}
