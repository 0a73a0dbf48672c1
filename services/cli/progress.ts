import { SingleBar } from 'cli-progress';
import { count } from '../../shared/text/units.ts';
import type { Input } from './input.ts';

/** The interval of drawing; shorter work shows no bar. */
const PATIENCE_MS = 500;

/** A progress bar on standard error, if that is a terminal. */
export class Progress {
  #bar: SingleBar | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(inputs: readonly Input[], records: () => number) {
    if (!process.stderr.isTTY) return;
    const size = inputs.reduce((sum, input) => sum + input.size, 0);
    const read = () => inputs.reduce((sum, input) => sum + input.bytesRead, 0);
    this.#timer = setInterval(() => {
      this.#bar ??= startBar(size);
      this.#bar.update(read(), { records: count(records()) });
    }, PATIENCE_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar?.stop();
  }
}

function startBar(size: number): SingleBar {
  const bar = new SingleBar({
    format: size > 0 ? '{bar} {percentage}%  {records} flows  {eta_formatted}' : '{records} flows',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(size, 0, { records: '0' });
  return bar;
}
