import { cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { printable } from '../../../shared/text/printable.ts';
import type { Outcome } from '../outcome.ts';
import type { StoryPlan } from '../plan.ts';
import type { StoryEvent } from '../story-events.ts';
import { Frame } from './frame.ts';
import type { Output } from './output.ts';
import { outcomeLines } from './story-lines.ts';

const REDRAW_MS = 100;
const COLUMNS = 80;
const ROWS = 24;
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_TO_LINE_END = '\x1b[K';

/** The story on a terminal: one frame that is redrawn ten times a second in the same place. */
export class LiveScreen implements Output {
  readonly #terminal: WriteStream;
  #plan: StoryPlan | undefined;
  #frame: Frame | undefined;
  #timer: NodeJS.Timeout | undefined;
  #height = 0;

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
  }

  begin(plan: StoryPlan, introduction: readonly string[]): void {
    for (const line of [...introduction, '']) this.print(line);
    this.#plan = plan;
    this.#frame = new Frame(plan);
    this.#terminal.write(HIDE_CURSOR);
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  readonly show = (event: StoryEvent): void => this.#frame?.update(event);

  end(outcome: Outcome, summary: readonly string[]): void {
    this.close();
    const numbers = outcomeLines(outcome, this.#plan?.parameters.legs ?? '');
    for (const line of ['', ...[...numbers, ...summary].map((text) => `  ${text}`)])
      this.print(line);
  }

  print(line: string): void {
    this.#terminal.write(`${printable(line)}\n`);
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#frame?.finish();
    this.#draw();
    this.#terminal.write(SHOW_CURSOR);
  }

  #draw(): void {
    const { columns, rows } = this.#terminal;
    // A terminal that does not know its size reports 0.
    const lines = this.#frame?.lines(columns || COLUMNS, (rows || ROWS) - 1) ?? [];
    moveCursor(this.#terminal, 0, -this.#height);
    cursorTo(this.#terminal, 0);
    const blank = Math.max(0, this.#height - lines.length);
    const text = [...lines, ...Array<string>(blank).fill('')];
    this.#terminal.write(text.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join(''));
    this.#height = text.length;
  }
}
