import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { endRing, type RingMemory, readRing, ringMemory } from '../../shared/export/packet-ring.ts';
import { udpSession } from '../../shared/netflow/session.ts';
import { say } from '../../shared/terminal.ts';
import { InputError } from './errors.ts';
import type { Input } from './input.ts';
import type { ReplayOutcome, ReplayRun, RunSettings, Sender } from './replay-run.ts';
import { startThread } from './thread.ts';

/** What the thread that reads is given. */
export interface ThreadData {
  readonly files: readonly string[];
  readonly settings: RunSettings;
  readonly localAddress: Uint8Array | undefined;
  readonly memory: RingMemory;
}

/** What the thread that reads tells: what to say, how much it has read of each file, and at its end the outcome. */
export type ThreadMessage =
  | { readonly said: string }
  | { readonly bytesRead: readonly number[] }
  | { readonly outcome: ReplayOutcome; readonly failures: readonly string[] };

type Ended = Extract<ThreadMessage, { outcome: unknown }>;

/**
 * A replay of files that another thread reads, up to the packets. They come through memory that both threads share,
 * where each waits for the other, and this thread sends them.
 */
export function replayApart(
  files: readonly string[],
  settings: RunSettings,
  transport: Sender,
): ReplayRun {
  const began = performance.now();
  let records = 0;
  let outcome: ReplayOutcome | undefined;
  return {
    async send(inputs, interrupted) {
      const memory = ringMemory(udpSession(settings.netflow).maxPacketOctets);
      const { localAddress } = transport;
      const data: ThreadData = { files, settings, memory, localAddress };
      const worker = startThread('replay', data);
      const ended = endOf(worker, inputs).finally(() => endRing(memory));
      // It counts when what was read before has been sent.
      ended.catch(() => {});
      const stop = () => worker.postMessage('stop');
      if (interrupted.aborted) stop();
      interrupted.addEventListener('abort', stop, { once: true });
      try {
        for await (const packets of readRing(memory)) {
          await transport.send(packets);
          for (const packet of packets) records += packet.records;
          // Signals and the thread's messages have their turn.
          await turn();
        }
        const { failures, outcome: there } = await ended;
        const seconds = (performance.now() - began) / 1000;
        outcome = { ...there, summary: { ...there.summary, seconds } };
        return failures.map((message) => new InputError(message));
      } finally {
        await worker.terminate();
      }
    },
    get records() {
      return records;
    },
    get outcome() {
      return outcome;
    },
  };
}

/** Resolves with what the thread tells at its end. */
async function endOf(worker: Worker, inputs: readonly Input[]): Promise<Ended> {
  let ended: Ended | undefined;
  worker.on('message', (message: ThreadMessage) => {
    if ('said' in message) say(message.said);
    else if ('outcome' in message) ended = message;
    else
      for (const [index, input] of inputs.entries())
        input.bytesRead = message.bytesRead[index] ?? 0;
  });
  // Rejects with an error that the thread has not caught.
  const [code] = await once(worker, 'exit');
  if (ended === undefined) throw new Error(`the thread that reads ended with ${code}`);
  return ended;
}
