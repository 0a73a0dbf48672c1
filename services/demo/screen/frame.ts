import { styleText } from 'node:util';
import type { FlowLine } from '../../../shared/collector/flow-line.ts';
import { printable } from '../../../shared/text/printable.ts';
import { count, counted, size } from '../../../shared/text/units.ts';
import { utcClock } from '../../../shared/text/utc.ts';
import type { StoryPlan } from '../plan.ts';
import type { StoryEvent } from '../story-events.ts';
import type { StoryGateway } from '../traffic.ts';
import { perMinuteText, storyLine } from './story-lines.ts';
import { Talkers } from './talkers.ts';

type Style = Parameters<typeof styleText>[0];

/** A line in parts, so that it can be cut to the terminal's width before the parts get their colours. */
export type Line = readonly (readonly [text: string, style?: Style])[];

interface GatewayView {
  readonly gateway: StoryGateway;
  /** Bytes of each minute so far. */
  readonly minutes: number[];
  state: 'OK' | 'ALARM' | 'none';
  recordingSince: number | undefined;
}

/** The size of a chart in characters. */
interface ChartSize {
  readonly columns: number;
  readonly rows: number;
  /** How many minutes the whole story has: their places are kept free. */
  readonly minutes: number;
}

const CHART_ROWS = 4;
const SHOWN_FLOWS = 6;
const SHOWN_LINES = 7;
/** Flows arrive in bursts. Each drawing shows one more, and what waits beyond this is left out. */
const FLOWS_PER_DRAWING = 1;
const MAX_WAITING_FLOWS = 8;

const BLOCKS = ' ▁▂▃▄▅▆▇█';
const THRESHOLD = '╌';
const LABEL_COLUMNS = 18;
const MAX_MINUTE_COLUMNS = 4;

/** What the terminal shows of a story at a moment. */
export class Frame {
  readonly #plan: StoryPlan;
  readonly #gateways: Map<string, GatewayView>;
  readonly #lines: string[] = [];
  readonly #talkers: Talkers;
  #waiting: FlowLine[] = [];
  #flows: FlowLine[] = [];
  #now: number;
  readonly #counts = { records: 0, exported: 0, datagrams: 0, refused: 0, received: 0, objects: 0 };

  constructor(plan: StoryPlan) {
    this.#plan = plan;
    this.#talkers = new Talkers(plan.names);
    this.#now = plan.traffic.start;
    this.#gateways = new Map(
      plan.traffic.gateways.map((gateway) => [
        gateway.id,
        {
          gateway,
          minutes: [],
          state: gateway.createdIn === undefined ? 'OK' : 'none',
          recordingSince: undefined,
        },
      ]),
    );
  }

  /** Adds an event to what is shown. */
  update(event: StoryEvent): void {
    this.#now = event.at;
    this.#count(event);
    if ('gatewayId' in event) this.#follow(event, this.#gateways.get(event.gatewayId));
    const line = storyLine(event, this.#plan.threshold);
    // The chart shows every minute: only a change of the alarm gets a line as well.
    const isShown = event.kind !== 'metered' || event.changed;
    if (line !== undefined && isShown) this.#lines.push(line);
  }

  /** Shows the flows that still wait; called after the last event. */
  finish(): void {
    this.#flows = [...this.#flows, ...this.#waiting].slice(-SHOWN_FLOWS);
    this.#waiting = [];
  }

  /** The frame as lines with colours, cut to the size of the terminal. */
  lines(columns: number, rows: number): string[] {
    const arriving = this.#waiting.splice(0, FLOWS_PER_DRAWING);
    this.#flows = [...this.#flows, ...arriving].slice(-SHOWN_FLOWS);
    const head: Line[] = [
      [[`${utcClock(this.#now)} UTC`, 'bold'], [`   ${this.#plan.title}`]],
      ...[...this.#gateways.values()].flatMap((view) => this.#gatewayLines(view, columns)),
      [],
      ...this.#countLines(),
      this.#talkerLine(columns),
      [],
    ];
    // On a low terminal both lists are shortened and keep their newest lines.
    const room = Math.max(0, rows - head.length - 1);
    const shownLines = Math.min(SHOWN_LINES, Math.ceil(room / 2));
    const lines = [
      ...head,
      ...newest(this.#flows.map(flowLine), Math.min(SHOWN_FLOWS, room - shownLines)),
      [],
      ...newest(this.#lines.length === 0 ? [STARTING] : this.#lines.map(eventLine), shownLines),
    ];
    return lines.slice(0, rows).map((line) => paint(line, columns));
  }

  #count(event: StoryEvent): void {
    const counts = this.#counts;
    if (event.kind === 'delivery') {
      counts.records += event.report.RecordsReceived;
      counts.exported += event.report.FlowsExported;
      counts.datagrams += event.report.DatagramsSent;
      counts.refused += event.report.DatagramErrors;
    } else if (event.kind === 'flows') {
      counts.received += event.flows.length;
      this.#talkers.add(event.flows);
      this.#waiting = [...this.#waiting, ...event.flows].slice(-MAX_WAITING_FLOWS);
    } else if (event.kind === 'archived') {
      counts.objects += 1;
    }
  }

  #follow(event: StoryEvent, view: GatewayView | undefined): void {
    if (view === undefined) return;
    if (event.kind === 'metered') {
      view.minutes.push(event.bytes);
      view.state = event.state;
    } else if (event.kind === 'created') {
      view.recordingSince = event.at;
    } else if (event.kind === 'deleted') {
      view.recordingSince = undefined;
    }
  }

  #gatewayLines({ gateway, minutes, state, recordingSince }: GatewayView, columns: number): Line[] {
    const recording: Line[number] =
      recordingSince === undefined
        ? ['  not recorded', 'dim']
        : [`  ● recording since ${utcClock(recordingSince)}`, ['bold', 'magenta']];
    const { threshold, traffic } = this.#plan;
    const chart = { columns, rows: CHART_ROWS, minutes: traffic.minutes };
    const name: Line[number] = [gateway.name, 'bold'];
    const id: Line[number] = [` ${gateway.id}`, 'dim'];
    const rate: Line[number] = [perMinuteText(minutes.at(-1) ?? 0)];
    const alarm: Line[number] = [
      `  ${state.padEnd(5)}`,
      state === 'ALARM' ? ['bold', 'red'] : 'green',
    ];
    const lines: Line[] = [
      [name, id, rate, alarm, recording],
      [name, rate, alarm, recording],
      [name, alarm, recording],
    ];
    return [
      [],
      // On a narrow terminal the state of the recording stays, and what says less goes.
      lines.find((line) => widthOf(line) < columns) ?? [alarm, recording],
      ...chartLines(minutes, threshold, chart),
    ];
  }

  #countLines(): Line[] {
    const { records, exported, datagrams, refused, received, objects } = this.#counts;
    const { hasOwnCollectors } = this.#plan;
    const collector: Line = hasOwnCollectors
      ? [['collector: your own, not counted here']]
      : [
          ['collector received '],
          [count(received), ['bold', received >= exported ? 'green' : 'yellow']],
        ];
    return [
      [
        ['records '],
        [count(records), 'bold'],
        ['   flows exported '],
        [count(exported), 'bold'],
        [` in ${count(datagrams)} datagrams`],
        [refused > 0 ? `   refused ${count(refused)}` : '', 'red'],
      ],
      [[`archive ${counted(objects, 'object')}   `], ...collector],
    ];
  }

  #talkerLine(columns: number): Line {
    const texts = this.#talkers.most().map(({ name, bytes }) => `${name} ${size(bytes)}`);
    const head = 'who        ';
    const shown = texts.filter((_, i) =>
      fits(`${head}${texts.slice(0, i + 1).join('   ')}`, columns),
    );
    return [
      [head, 'dim'],
      [shown.join('   ') || 'no flows yet: they come after the alarm', 'cyan'],
    ];
  }
}

/** What the screen says until the first event: the functions take some seconds to start. */
const STARTING = [['the functions start; the first minute follows', 'dim']] as const satisfies Line;

function widthOf(line: Line): number {
  return line.reduce((sum, [text]) => sum + [...text].length, 0);
}

function fits(text: string, columns: number): boolean {
  return [...text].length < columns;
}

/** Bytes per minute as columns of blocks, red above the threshold, which is drawn as a dashed line. */
export function chartLines(
  minutes: readonly number[],
  threshold: number,
  { columns, rows, minutes: expected }: ChartSize,
): Line[] {
  const room = Math.max(1, columns - LABEL_COLUMNS);
  const width = Math.max(1, Math.min(MAX_MINUTE_COLUMNS, Math.floor(room / expected)));
  const places = Math.min(expected, Math.floor(room / width));
  const shown = minutes.slice(-places);
  const rest = ' '.repeat(width * (places - shown.length));
  const top = Math.max(...minutes, threshold, 1);
  const thresholdRow = Math.min(rows - 1, Math.floor((threshold / top) * rows));
  return Array.from({ length: rows }, (_, fromTop) => {
    const row = rows - 1 - fromTop;
    const isThreshold = row === thresholdRow;
    const empty = (text: string): Line[number] =>
      isThreshold ? [THRESHOLD.repeat(text.length), 'dim'] : [text];
    const cells = shown.map((bytes): Line[number] => {
      const block = blockOf((bytes / top) * rows - row).repeat(width);
      return block.trim() === '' ? empty(block) : [block, bytes > threshold ? 'red' : 'green'];
    });
    const label = isThreshold ? ` ${size(threshold)}/min` : '';
    return [...cells, empty(rest), [label, 'dim']];
  });
}

/** The character that is filled up to this share of its height. */
function blockOf(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * 8);
  return BLOCKS[eighths] ?? ' ';
}

/** The line with colours, cut so that it fits a terminal of this width; what is cut ends with an ellipsis. */
export function paint(line: Line, columns: number): string {
  const clean = line.map(([text, ...style]): Line[number] => [printable(text), ...style]);
  if (widthOf(clean) < columns) return painted(clean, columns - 1);
  return `${painted(clean, Math.max(0, columns - 2))}…`;
}

function painted(line: Line, room: number): string {
  let left = room;
  return line
    .map(([text, style]) => {
      const shown = [...text].slice(0, Math.max(0, left));
      left -= shown.length;
      const cut = shown.join('');
      return style === undefined || cut === '' ? cut : styleText(style, cut);
    })
    .join('');
}

/** The bytes come first: on a narrow terminal the end of the line is cut. */
function flowLine(flow: FlowLine): Line {
  const ends = `${flow.src_addr}:${flow.src_port} -> ${flow.dst_addr}:${flow.dst_port}`;
  return [[size(Number(flow.bytes)).padStart(12)], [`  ${flow.proto.padEnd(4)} ${ends}`, 'cyan']];
}

function eventLine(line: string): Line {
  return [
    [line.slice(0, 10), 'dim'],
    [line.slice(10), line.includes('ALARM') ? 'red' : 'reset'],
  ];
}

/** The last lines, with empty ones after them if there are fewer than `count`. */
function newest(lines: readonly Line[], count: number): Line[] {
  const shown = lines.slice(Math.max(0, lines.length - count));
  return [...shown, ...Array<Line>(count - shown.length).fill([])];
}
