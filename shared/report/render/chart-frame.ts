import { scaleLinear, scaleUtc } from 'd3-scale';
import { type Unit, unitFor } from '../../text/units.ts';
import type { Timeline } from '../model/charts.ts';
import { html, type Markup } from './markup.ts';

/** The size of a chart over time, in the units of its drawing. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** About how many ticks the axes have. */
  readonly ticks: { readonly x: number; readonly y: number };
}

/** On the desk and on paper, on a phone, and for one gateway of several. */
export const DESK: ChartSize = { width: 960, height: 300, ticks: { x: 8, y: 4 } };
export const PHONE: ChartSize = { width: 360, height: 240, ticks: { x: 4, y: 3 } };
export const SMALL: ChartSize = { width: 460, height: 170, ticks: { x: 4, y: 2 } };

/** Room around the drawing: above it are the unit, the threshold, and the names of moments. */
export const EDGE = { top: 42, right: 20, bottom: 26, left: 46 };

/** The scales of a chart over time. */
export interface Frame extends ChartSize {
  /** From Unix seconds, and from bytes per minute, to the drawing. */
  readonly x: (seconds: number) => number;
  readonly y: (bytesPerMinute: number) => number;
  readonly unit: Unit;
  readonly yTicks: readonly number[];
  readonly xTicks: readonly { readonly at: number; readonly text: string }[];
}

/** The frame of a chart over a timeline's time that is as high as these bytes per minute. */
export function frameOf(
  { start, stepSeconds, total }: Timeline,
  highest: number,
  size: ChartSize,
): Frame {
  const { width, height, ticks } = size;
  const unit = unitFor(highest);
  const inUnits = scaleLinear()
    .domain([0, Math.max(1, highest) / unit.bytes])
    .nice(ticks.y)
    .range([height - EDGE.bottom, EDGE.top]);
  const x = scaleUtc()
    .domain([start * 1000, (start + stepSeconds * total.length) * 1000])
    .range([EDGE.left, width - EDGE.right]);
  return {
    ...size,
    x: (seconds) => round(x(seconds * 1000)),
    y: (bytes) => round(inUnits(bytes / unit.bytes)),
    unit,
    yTicks: inUnits.ticks(ticks.y).map((tick) => tick * unit.bytes),
    xTicks: x.ticks(ticks.x).map((tick) => ({ at: round(x(tick)), text: tickText(tick) })),
  };
}

/** The part of ISO 8601 that changes at this tick: year, day, minute or second. */
function tickText(tick: Date): string {
  const iso = tick.toISOString();
  if (!iso.endsWith(':00.000Z')) return iso.slice(16, 19);
  if (!iso.endsWith('T00:00:00.000Z')) return iso.slice(11, 16);
  return iso.includes('-01-01T') ? iso.slice(0, 4) : iso.slice(5, 10);
}

/** A coordinate to a tenth. */
export function round(number: number): number {
  return Math.round(number * 10) / 10;
}

/** The grid with the numbers of both axes, and the unit of the upright one. */
export function axes({ width, height, y, xTicks, yTicks, unit }: Frame): Markup {
  const right = width - EDGE.right;
  return html`<text class="soft" x="0" y="11">${unit.name}/min</text>
${yTicks.map((tick) => html`<g class="tick"><line class="grid" x1="${EDGE.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${EDGE.left - 6}" y="${y(tick) + 4}" text-anchor="end">${(tick / unit.bytes).toLocaleString('en-US')}</text></g>`)}
<line class="axis" x1="${EDGE.left}" x2="${right}" y1="${y(0)}" y2="${y(0)}"/>
${xTicks.map(({ at, text }) => html`<g class="tick"><line class="axis" x1="${at}" x2="${at}" y1="${y(0)}" y2="${y(0) + 5}"/><text x="${at}" y="${height - 6}" text-anchor="middle">${text}</text></g>`)}`;
}
