import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RunError, UsageError } from './errors.ts';

/** A file of its own in natflow's package too, beside the bundle that this module is in. */
const WORKER = join(import.meta.dirname, 'worker.js');

/** Memory that is handed to another thread and back. */
export type Block = Int32Array<SharedArrayBuffer> | Uint8Array<SharedArrayBuffer>;

/** What another thread tells: that a block can be used again, why it cannot go on, and what has come of its work. */
export type FromThread<B, Outcome> =
  | { readonly block: B }
  | { readonly refused: string; readonly isUsage: boolean }
  | { readonly outcome: Outcome };

/** What it is told: a block of which so much is filled; at the end, a question. */
export type ToThread<B, Question> =
  | { readonly block: B; readonly filled: number }
  | { readonly question: Question };

/** Another thread of a command, which is handed blocks of memory, does what they say in their order, and is asked at the end. */
export class Thread<B extends Block, Question, Outcome> {
  readonly #worker: Worker;
  readonly #newBlock: () => B;
  readonly #most: number;
  readonly #free: B[] = [];
  /** Blocks that the thread has not given back. */
  #waiting = 0;
  #failure: Error | undefined;
  #outcome: Outcome | undefined;

  /** Starts it, with what it is to know. No more blocks than `most` are to wait for it. */
  constructor(
    name: 'replay' | 'report',
    data: object,
    { newBlock, most }: { readonly newBlock: () => B; readonly most: number },
  ) {
    this.#newBlock = newBlock;
    this.#most = most;
    const directory = getCompileCacheDir();
    // Where compiled code is kept.
    const cache = directory === undefined ? undefined : dirname(directory);
    this.#worker = new Worker(WORKER, { workerData: { ...data, thread: name, cache } });
    this.#worker.on('message', (message: FromThread<B, Outcome>) => this.#hear(message));
    this.#worker.on('error', (error) => {
      this.#failure = error as Error;
    });
  }

  /** Hands over a block, and gives one that can be filled. */
  hand(block: B, filled: number): B {
    this.#tell({ block, filled });
    this.#waiting++;
    return this.#free.pop() ?? this.#newBlock();
  }

  /** Resolves when fewer blocks wait than may; undefined while they do. Rejects when the thread cannot go on. */
  room(): Promise<void> | undefined {
    const isRoom = () => this.#waiting < this.#most;
    return isRoom() && this.#failure === undefined ? undefined : this.#until(isRoom);
  }

  /** What has come of all blocks that were handed over. Rejects when the thread cannot go on. */
  async ask(question: Question): Promise<Outcome> {
    this.#tell({ question });
    await this.#until(() => this.#outcome !== undefined);
    return this.#outcome as Outcome;
  }

  /** Ends it, whatever it does. */
  close(): void {
    void this.#worker.terminate();
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (isSo()) return;
      await once(this.#worker, 'message');
    }
  }

  #tell(message: ToThread<B, Question>): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromThread<B, Outcome>): void {
    if ('block' in message) {
      this.#waiting--;
      this.#free.push(message.block);
    } else if ('refused' in message) {
      const { refused, isUsage } = message;
      this.#failure = isUsage ? new UsageError(refused) : new RunError(refused);
    } else this.#outcome = message.outcome;
  }
}
