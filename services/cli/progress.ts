import type { SingleBar } from 'cli-progress';
import { say } from '../../shared/terminal.ts';
import { count } from '../../shared/text/units.ts';
import type { Input } from './input.ts';

/** The interval of drawing; shorter work shows no bar. */
const PATIENCE_MS = 500;
/** The interval of lines where there is no terminal: few enough for the log of a job. */
const LINE_MS = 30_000;

/** Progress on standard error: a bar if that is a terminal, else a line from time to time. */
export class Progress {
  readonly #inputs: readonly Input[];
  readonly #records: () => number;
  readonly #what: string;
  readonly #size: number;
  readonly #timer: NodeJS.Timeout;
  #bar: SingleBar | undefined;
  #isOver = false;

  /** `records` says how many have been read of what, in the plural. */
  constructor(inputs: readonly Input[], records: () => number, what = 'flows') {
    this.#inputs = inputs;
    this.#records = records;
    this.#what = what;
    this.#size = inputs.reduce((sum, input) => sum + input.size, 0);
    const { isTTY } = process.stderr;
    const show = () => (isTTY ? this.#draw() : say(this.#line()));
    this.#timer = setInterval(show, isTTY ? PATIENCE_MS : LINE_MS).unref();
    if (isTTY) setTimeout(() => this.#start(), PATIENCE_MS).unref();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#bar?.stop();
  }

  /** Loads the library first: most commands end before they show a bar. */
  async #start(): Promise<void> {
    const bar = await newBar(this.#size, this.#inputs.length, this.#what);
    if (this.#isOver) return;
    bar.start(this.#size, 0, this.#state());
    this.#bar = bar;
  }

  #draw(): void {
    this.#bar?.update(this.#read(), this.#state());
  }

  #line(): string {
    const { file, records } = this.#state();
    const of = this.#inputs.length > 1 ? `input ${file} of ${count(this.#inputs.length)}, ` : '';
    const part = this.#size > 0 ? `${Math.floor((100 * this.#read()) / this.#size)} %, ` : '';
    return `${of}${part}${records} ${this.#what}`;
  }

  #read(): number {
    return this.#inputs.reduce((sum, input) => sum + input.bytesRead, 0);
  }

  #state(): { readonly file: string; readonly records: string } {
    const begun = this.#inputs.filter(({ bytesRead }) => bytesRead > 0).length;
    return { file: count(begun), records: count(this.#records()) };
  }
}

async function newBar(size: number, files: number, what: string): Promise<SingleBar> {
  const { default: progress } = await import('cli-progress');
  const bar = size > 0 ? '{bar} {percentage}%  ' : '';
  const file = files > 1 ? `{file}/${count(files)}  ` : '';
  const eta = size > 0 ? '  {eta_formatted}' : '';
  return new progress.SingleBar({
    format: `${bar}${file}{records} ${what}${eta}`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
}
