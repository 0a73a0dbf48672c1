import { cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../../shared/text/printable.ts';
import type { Outcome } from '../outcome.ts';
import type { StoryPlan } from '../plan.ts';
import type { StoryEvent } from '../story-events.ts';
import { Frame } from './frame.ts';
import type { Output } from './output.ts';
import { outcomeLines } from './story-lines.ts';
import { wrap } from './wrap.ts';

const REDRAW_MS = 100;
const COLUMNS = 80;
const ROWS = 24;
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** The story on a terminal: one frame that is redrawn ten times a second in the same place. */
export class LiveScreen implements Output {
  readonly #terminal: WriteStream;
  #plan: StoryPlan | undefined;
  #frame: Frame | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The widths of the lines of the last drawing. */
  #widths: readonly number[] = [];

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
    for (const piece of wrap(printable(line), this.#columns)) this.#terminal.write(`${piece}\n`);
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
    const columns = this.#columns;
    const lines = this.#frame?.lines(columns, (this.#terminal.rows || ROWS) - 1) ?? [];
    // A terminal that has become narrower shows a line in several rows.
    const rowsOf = (width: number) => Math.max(1, Math.ceil(width / columns));
    const height = this.#widths.reduce((sum, width) => sum + rowsOf(width), 0);
    moveCursor(this.#terminal, 0, -height);
    cursorTo(this.#terminal, 0);
    const text = lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('');
    this.#terminal.write(`${text}${CLEAR_BELOW}`);
    this.#widths = lines.map((line) => stripVTControlCharacters(line).length);
  }

  /** A terminal that does not know its size reports 0. */
  get #columns(): number {
    return this.#terminal.columns || COLUMNS;
  }
}
