import { type MessagePort, parentPort } from 'node:worker_threads';
import { RunError, UsageError } from './errors.ts';
import type { Block, FromThread, ToThread } from './thread.ts';

/** What a thread does. */
export interface ThreadWork<B extends Block, Question, Outcome> {
  /** Does what a block says, of which so much is filled. It is given back afterwards. */
  take(block: B, filled: number): void | Promise<void>;
  /** What has come of all blocks, as plain data. A UsageError or RunError is told as the reason why there is none. */
  answer(question: Question): Outcome | Promise<Outcome>;
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
    try {
      tell({ outcome: await work.answer(message.question) });
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof RunError)) throw error;
      refuse(error);
    }
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

function tell(message: FromThread<Block, unknown>): void {
  parentPort?.postMessage(message);
}
