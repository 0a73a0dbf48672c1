import { type MessagePort, parentPort } from 'node:worker_threads';
import { UsageError } from './errors.ts';
import type { Block, FromThread, ToThread } from './thread.ts';

/** What a thread does. */
export interface ThreadWork<B extends Block, Question, Outcome> {
  /** Does what a block says, of which so much is filled. It is given back afterwards. */
  take(block: B, filled: number): void | Promise<void>;
  /** What has come of all blocks; the buffers are handed over, not copied. */
  answer(question: Question): Answer<Outcome> | Promise<Answer<Outcome>>;
}

interface Answer<Outcome> {
  readonly outcome: Outcome;
  readonly buffers?: readonly ArrayBuffer[];
}

/** The other side of a `Thread`: takes blocks, one after the other, until it has answered. */
export function serve<B extends Block, Question, Outcome>(
  work: ThreadWork<B, Question, Outcome>,
): void {
  const port = parentPort as MessagePort;
  let before = Promise.resolve();
  const act = async (message: ToThread<B, Question>) => {
    await before;
    if ('block' in message) {
      const { block, filled } = message;
      await work.take(block, filled);
      tell({ block });
      return;
    }
    const { outcome, buffers = [] } = await work.answer(message.question);
    tell({ outcome }, buffers);
    port.close();
  };
  port.on('message', (message: ToThread<B, Question>) => {
    before = act(message);
  });
}

/** Tells why it cannot go on. */
export function refuse(error: Error): void {
  tell({ refused: error.message, isUsage: error instanceof UsageError });
}

function tell(message: FromThread<Block, unknown>, buffers: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...buffers]);
}
