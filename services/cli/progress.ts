import type { SingleBar } from 'cli-progress';
import { count } from '../../shared/text/units.ts';
import type { Input } from './input.ts';

/** The interval of drawing; shorter work shows no bar. */
const PATIENCE_MS = 500;

/** A progress bar on standard error, if that is a terminal. */
export class Progress {
  #bar: SingleBar | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  #isOver = false;

  constructor(inputs: readonly Input[], records: () => number) {
    if (!process.stderr.isTTY) return;
    const size = inputs.reduce((sum, input) => sum + input.size, 0);
    const read = () => inputs.reduce((sum, input) => sum + input.bytesRead, 0);
    this.#timer = setInterval(() => {
      this.#bar?.update(read(), { records: count(records()) });
    }, PATIENCE_MS);
    this.#timer.unref();
    setTimeout(() => this.#start(size), PATIENCE_MS).unref();
  }

  /** Loads the library first: most commands end before they show a bar. */
  async #start(size: number): Promise<void> {
    const bar = await newBar(size);
    if (this.#isOver) return;
    bar.start(size, 0, { records: '0' });
    this.#bar = bar;
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#bar?.stop();
  }
}

async function newBar(size: number): Promise<SingleBar> {
  const { default: progress } = await import('cli-progress');
  return new progress.SingleBar({
    format: size > 0 ? '{bar} {percentage}%  {records} flows  {eta_formatted}' : '{records} flows',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
}
