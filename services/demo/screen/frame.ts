import type { FlowLine } from '../../../shared/collector/flow-line.ts';
import type { StoryPlan } from '../plan.ts';
import type { StoryEvent } from '../story-events.ts';
import type { StoryGateway } from '../traffic.ts';
import { chartLines } from './chart.ts';
import { type Line, paint } from './paint.ts';
import { clockText, countText, sizeText, storyLine } from './story-lines.ts';

interface GatewayView {
  readonly gateway: StoryGateway;
  readonly minutes: number[];
  state: 'OK' | 'ALARM';
  recordingSince: number | undefined;
}

const CHART_ROWS = 4;
const SHOWN_FLOWS = 6;
const SHOWN_LINES = 7;
/** Flows come in bursts; they are shown one by one as long as the next burst lets them. */
const FLOWS_PER_DRAWING = 1;
const MOST_WAITING_FLOWS = 8;

/** What a person sees of the story at a moment. */
export class Frame {
  readonly #plan: StoryPlan;
  readonly #gateways: Map<string, GatewayView>;
  readonly #said: string[] = [];
  #waiting: FlowLine[] = [];
  #flows: FlowLine[] = [];
  #now: number;
  readonly #counts = { records: 0, exported: 0, datagrams: 0, refused: 0, received: 0, objects: 0 };

  constructor(plan: StoryPlan) {
    this.#plan = plan;
    this.#now = plan.traffic.start;
    this.#gateways = new Map(
      plan.traffic.gateways.map((gateway) => [
        gateway.id,
        { gateway, minutes: [], state: 'OK', recordingSince: undefined },
      ]),
    );
  }

  /** Takes note of what happened. */
  take(event: StoryEvent): void {
    this.#now = event.at;
    this.#count(event);
    if ('gatewayId' in event) this.#follow(event, this.#gateways.get(event.gatewayId));
    const line = storyLine(event, this.#plan.threshold);
    const isNews = event.kind !== 'metered' || event.changed;
    if (line !== undefined && isNews) this.#said.push(line);
  }

  /** Nothing comes after this. */
  finish(): void {
    this.#flows = [...this.#flows, ...this.#waiting].slice(-SHOWN_FLOWS);
    this.#waiting = [];
  }

  /** The picture, as many lines as there is room for. */
  lines(columns: number, rows: number): string[] {
    const arriving = this.#waiting.splice(0, FLOWS_PER_DRAWING);
    this.#flows = [...this.#flows, ...arriving].slice(-SHOWN_FLOWS);
    const head: Line[] = [
      [[`${clockText(this.#now)} UTC`, 'bold'], [`   ${this.#plan.title}`]],
      ...[...this.#gateways.values()].flatMap((view) => this.#gatewayLines(view, columns)),
      [],
      this.#countLine(),
      [],
    ];
    // On a low terminal both are shortened: the newest is what must be seen.
    const room = Math.max(0, rows - head.length - 1);
    const said = Math.min(SHOWN_LINES, Math.ceil(room / 2));
    const lines = [
      ...head,
      ...newest(this.#flows.map(flowLine), Math.min(SHOWN_FLOWS, room - said)),
      [],
      ...newest(this.#said.map(saidLine), said),
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
      this.#waiting = [...this.#waiting, ...event.flows].slice(-MOST_WAITING_FLOWS);
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
        : [`  ● recording since ${clockText(recordingSince)}`, ['bold', 'magenta']];
    const rate = `${sizeText(minutes.at(-1) ?? 0)}/min`.padStart(15);
    const { threshold, traffic } = this.#plan;
    const size = { columns, rows: CHART_ROWS, minutes: traffic.minutes };
    return [
      [],
      [
        [`${gateway.name} `, 'bold'],
        [gateway.id, 'dim'],
        [rate],
        [`  ${state.padEnd(5)}`, state === 'ALARM' ? ['bold', 'red'] : 'green'],
        recording,
      ],
      ...chartLines(minutes, threshold, size),
    ];
  }

  #countLine(): Line {
    const { records, exported, datagrams, refused, received, objects } = this.#counts;
    return [
      ['records '],
      [countText(records), 'bold'],
      ['   flows exported '],
      [countText(exported), 'bold'],
      [` in ${countText(datagrams)} datagrams   collector received `],
      [countText(received), ['bold', received >= exported ? 'green' : 'yellow']],
      [refused > 0 ? `   refused ${countText(refused)}` : '', 'red'],
      [`   archive ${objects} objects`],
    ];
  }
}

function flowLine(flow: FlowLine): Line {
  const ends = `${flow.src_addr}:${flow.src_port}`.padStart(21);
  const text = `  ${flow.proto.padEnd(4)} ${ends} -> ${`${flow.dst_addr}:${flow.dst_port}`.padEnd(21)}`;
  return [[text, 'cyan'], [sizeText(Number(flow.bytes)).padStart(12)]];
}

function saidLine(line: string): Line {
  return [
    [line.slice(0, 10), 'dim'],
    [line.slice(10), line.includes('ALARM') ? 'red' : 'reset'],
  ];
}

/** The last so many lines, with empty ones after them if there are fewer. */
function newest(lines: readonly Line[], count: number): Line[] {
  const shown = lines.slice(Math.max(0, lines.length - count));
  return [...shown, ...Array<Line>(count - shown.length).fill([])];
}
