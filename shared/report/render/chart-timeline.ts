import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter, line, stack } from 'd3-shape';
import { inUnit, size, type Unit, unitFor } from '../../text/units.ts';
import { utcMinute } from '../../text/utc.ts';
import type { Timeline } from '../model/report.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 960;
const HEIGHT = 280;
const EDGE = { top: 18, right: 22, bottom: 26, left: 52 };
const SERIES = 5;

/** The CSS class of a series' colour; grey for the series of the others. */
function colour({ series }: Timeline, index: number): string {
  return series[index]?.label === 'others' ? 's5' : `s${index % SERIES}`;
}

/** Bytes per minute over time, stacked by source, with the alarm's threshold and CloudWatch's metering, as SVG. */
export function timelineChart(timeline: Timeline): Markup {
  const frame = frameOf(timeline);
  const { y, unit } = frame;
  const { threshold } = timeline;
  return html`<figure>
<div class="scroll" tabindex="0" role="region" aria-label="Timeline chart">
<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="timeline-title timeline-text">
<title id="timeline-title">Traffic over time by source</title>
<desc id="timeline-text">${describe(timeline)}</desc>
<text class="soft" x="0" y="10">${unit.name}/min</text>
${yAxis(frame)}
${areas(timeline, frame)}
${xAxis(frame)}
${timeline.metered && html`<path class="metered" d="${meteredPath(timeline, frame)}"/>`}
${
  threshold !== undefined &&
  html`<line class="threshold" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(threshold)}" y2="${y(threshold)}"/>
<text class="threshold-label" x="${WIDTH - EDGE.right}" y="${y(threshold) - 5}" text-anchor="end">threshold ${size(threshold)}/min</text>`
}
${hits(timeline, frame)}
</svg></div>
${legend(timeline)}
</figure>`;
}

interface Frame {
  readonly x: (seconds: number) => number;
  readonly y: (bytesPerMinute: number) => number;
  readonly unit: Unit;
  readonly yTicks: readonly number[];
  readonly xTicks: readonly { readonly at: number; readonly text: string }[];
  /** Bytes of a step as bytes per minute. */
  readonly perMinute: (bytes: number) => number;
}

function frameOf({ start, stepSeconds, total, metered = [], threshold = 0 }: Timeline): Frame {
  const perMinute = (bytes: number) => (bytes * 60) / stepSeconds;
  const highest = Math.max(1, threshold * 1.1, ...[...total, ...metered].map(perMinute));
  const unit = unitFor(highest);
  const inUnits = scaleLinear()
    .domain([0, highest / unit.bytes])
    .nice(4)
    .range([HEIGHT - EDGE.bottom, EDGE.top]);
  const ms = [start, start + stepSeconds * total.length].map((seconds) => seconds * 1000);
  const x = scaleUtc()
    .domain(ms)
    .range([EDGE.left, WIDTH - EDGE.right]);
  return {
    x: (seconds) => round(x(seconds * 1000)),
    y: (bytes) => round(inUnits(bytes / unit.bytes)),
    unit,
    yTicks: inUnits.ticks(4).map((tick) => tick * unit.bytes),
    xTicks: x.ticks(8).map((tick) => ({ at: round(x(tick)), text: tickText(tick) })),
    perMinute,
  };
}

/** The part of ISO 8601 that changes at this tick: year, day, minute or second. */
function tickText(tick: Date): string {
  const iso = tick.toISOString();
  if (!iso.endsWith(':00.000Z')) return iso.slice(16, 19);
  if (!iso.endsWith('T00:00:00.000Z')) return iso.slice(11, 16);
  return iso.includes('-01-01T') ? iso.slice(0, 4) : iso.slice(5, 10);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function yAxis({ y, unit, yTicks }: Frame): Markup[] {
  return yTicks.map(
    (tick) =>
      html`<g class="tick"><line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${EDGE.left - 8}" y="${y(tick) + 4}" text-anchor="end">${(tick / unit.bytes).toLocaleString('en-US')}</text></g>`,
  );
}

function xAxis({ y, xTicks }: Frame): Markup {
  return html`<line class="axis" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(0)}" y2="${y(0)}"/>
${xTicks.map(({ at, text }) => html`<g class="tick"><line class="axis" x1="${at}" x2="${at}" y1="${y(0)}" y2="${y(0) + 5}"/><text x="${at}" y="${HEIGHT - 6}" text-anchor="middle">${text}</text></g>`)}`;
}

/** Each step's value lasts until the next step; the last one's until the end. */
function areas(timeline: Timeline, { x, y, perMinute }: Frame): Markup[] {
  const { start, stepSeconds, total, series } = timeline;
  const steps = [...total.keys(), total.length];
  const layers = stack<number, number>()
    .keys(series.keys())
    .value((step, index) => perMinute(series[index]?.bytes[Math.min(step, total.length - 1)] ?? 0))(
    steps,
  );
  const shape = area<{ 0: number; 1: number; data: number }>()
    .x(({ data }) => x(start + data * stepSeconds))
    .y0((point) => y(point[0]))
    .y1((point) => y(point[1]))
    .curve(curveStepAfter);
  return layers.map(
    (layer, index) =>
      html`<path class="area ${colour(timeline, index)}" d="${shape(layer) ?? ''}"/>`,
  );
}

function meteredPath(
  { start, stepSeconds, metered = [] }: Timeline,
  { x, y, perMinute }: Frame,
): string {
  const points = [...metered, metered.at(-1) ?? 0];
  return (
    line<number>()
      .x((_, step) => x(start + step * stepSeconds))
      .y((bytes) => y(perMinute(bytes)))
      .curve(curveStepAfter)(points) ?? ''
  );
}

/** An invisible rectangle for each step, whose title browsers show as tooltip. */
function hits({ start, stepSeconds, series, total }: Timeline, { x }: Frame): Markup[] {
  return total.map((bytes, step) => {
    const from = start + step * stepSeconds;
    const lines = series
      .filter((each) => (each.bytes[step] ?? 0) > 0)
      .map((each) => html`\n${each.label}: ${size(each.bytes[step] ?? 0)}`);
    const text = html`${utcMinute(from * 1000)} UTC: ${size(bytes)}${lines}`;
    return html`<rect class="hit" x="${x(from)}" y="${EDGE.top}" width="${round(x(from + stepSeconds) - x(from))}" height="${HEIGHT - EDGE.top - EDGE.bottom}"><title>${text}</title></rect>`;
  });
}

function describe({ series, total, start, stepSeconds, threshold }: Timeline): string {
  const most = Math.max(...total);
  const peak = start + total.indexOf(most) * stepSeconds;
  const over = total.filter((bytes) => (bytes * 60) / stepSeconds > (threshold ?? Infinity)).length;
  const named = series.map(({ label }) => label).join(', ');
  const alarm =
    threshold === undefined ? '' : ` ${over} of ${total.length} steps are over the threshold.`;
  return `Stacked areas of ${named}. The most was ${size((most * 60) / stepSeconds)} per minute at ${utcMinute(peak * 1000)} UTC.${alarm} The numbers are in the table below.`;
}

function legend(timeline: Timeline): Markup {
  const swatch = (name: string) =>
    html`<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${name}" width="10" height="10" rx="2"/></svg>`;
  const stroke = (name: string) =>
    html`<svg class="line" viewBox="0 0 20 10" aria-hidden="true"><line class="${name}" x2="20" y1="5" y2="5"/></svg>`;
  return html`<ul class="legend">
${timeline.series.map(({ label }, index) => html`<li>${swatch(colour(timeline, index))}${label}</li>`)}
${timeline.threshold !== undefined && html`<li>${stroke('threshold')}threshold of the alarm</li>`}
${timeline.metered && html`<li>${stroke('metered')}metered by CloudWatch</li>`}
</ul>`;
}

/** The numbers of the chart as a table, for screen readers. */
export function timelineTable({ series, total, start, stepSeconds }: Timeline): Markup {
  const unit = unitFor(Math.max(...total));
  return html`<details><summary>The numbers of this chart</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Numbers of the timeline">
<table><caption>${unit.name} in each ${stepSeconds / 60 === 1 ? 'minute' : `${stepSeconds / 60} minutes`}, UTC</caption>
<thead><tr><th scope="col">From</th>${series.map(({ label }) => html`<th scope="col" class="n">${label}</th>`)}<th scope="col" class="n">Total</th></tr></thead>
<tbody>${total.map(
    (
      bytes,
      step,
    ) => html`<tr><th scope="row">${utcMinute((start + step * stepSeconds) * 1000)}</th>${series.map((each) => html`<td class="n">${inUnit(each.bytes[step] ?? 0, unit)}</td>`)}<td class="n">${inUnit(bytes, unit)}</td></tr>
`,
  )}</tbody></table></div></details>`;
}
