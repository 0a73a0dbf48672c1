import { area, curveStepAfter, stack } from 'd3-shape';
import { size } from '../../text/units.ts';
import { utcMinute } from '../../text/utc.ts';
import type { GatewayTimeline, Timeline } from '../model/charts.ts';
import { timeName } from '../model/filter/dimensions.ts';
import { axes, DESK, EDGE, type Frame, frameOf, PHONE, round, SMALL } from './chart-frame.ts';
import {
  linesMarks,
  type Moments,
  meteredLine,
  peakMarks,
  recordingMark,
  thresholdMark,
} from './chart-marks.ts';
import { html, type Markup } from './markup.ts';
import { colourOf } from './page-table.ts';
import { colourFilter, pick, pickAttribute } from './pick.ts';
import { findings, gatewayFinding, hasBytes, hasPeaks, peakName } from './timeline-text.ts';

/** The colour of a series: that of its source group, or that of the others. */
function seriesColour({ series }: Timeline, index: number): string {
  return colourOf(series[index]?.label === 'others' ? undefined : index);
}

/**
 * Bytes per minute over time, stacked by source group, as SVG: the means of the steps. The alarm's threshold and
 * peaks are drawn where there is one gateway, because they are a gateway's.
 */
export function timelineChart(timeline: Timeline, moments: Moments, chart = DESK): Markup {
  const { gateways, total, metered = [], stepSeconds } = timeline;
  const [only] = gateways.length === 1 ? gateways : [];
  const means = [...total, ...(timeline.allTimes ?? []), ...metered].map(
    (bytes) => (bytes * 60) / stepSeconds,
  );
  const limits = only === undefined ? [] : limitsOf(only, timeline);
  const frame = frameOf(timeline, Math.max(...means, ...limits), chart);
  const id = `timeline-${chart.width}`;
  return html`<svg class="chart" viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">Bytes per minute by source</title>
<desc id="${id}-text">${findings(timeline).join(' ')} The numbers are in the table below.</desc>
${axes(frame)}
${timeline.allTimes && otherTimes(timeline, frame)}
${areas(timeline, frame)}
${meteredLine(timeline, frame)}
${only && hasPeaks(timeline) && peakMarks(only, timeline, frame)}
${only && thresholdMark(timeline, frame)}
${linesMarks(timeline, moments, frame)}
${recordingMark(moments, frame)}
${chart === DESK && hits(timeline, frame)}
</svg>`;
}

/** One gateway's bytes per minute, held against the threshold of its own alarm, as a small SVG. */
export function gatewayChart(gateway: GatewayTimeline, timeline: Timeline): Markup {
  const frame = frameOf(timeline, Math.max(...limitsOf(gateway, timeline)), SMALL);
  return html`<svg class="chart" viewBox="0 0 ${SMALL.width} ${SMALL.height}" role="img" aria-label="${gatewayFinding(gateway, timeline)}">
${axes(frame)}
<path class="area rest-colour" d="${bars(gateway.total, timeline, frame)}"/>
${hasPeaks(timeline) && peakMarks(gateway, timeline, frame)}
${thresholdMark(timeline, frame)}
</svg>`;
}

/** What the height of a gateway's chart has to reach, in bytes per minute. */
function limitsOf({ total, peaks }: GatewayTimeline, timeline: Timeline): number[] {
  const { threshold = 0, stepSeconds } = timeline;
  const means = total.map((bytes) => (bytes * 60) / stepSeconds);
  return [threshold * 1.1, ...means, ...(hasPeaks(timeline) ? peaks : [])];
}

/** Behind what is asked for, what it would be at other times. */
function otherTimes(timeline: Timeline, frame: Frame): Markup {
  return html`<path class="area other-times" d="${bars(timeline.allTimes ?? [], timeline, frame)}"/>`;
}

/** A bar for each step with bytes. */
function bars(sums: readonly number[], { start, stepSeconds }: Timeline, { x, y }: Frame): string {
  return sums
    .map((bytes, step) => {
      const [left, right] = [step, step + 1].map((each) => x(start + each * stepSeconds));
      return bytes > 0 ? `M${left},${y(0)}V${y((bytes * 60) / stepSeconds)}H${right}V${y(0)}Z` : '';
    })
    .join('');
}

/** Each step's value lasts until the next step; the last one's until the end. */
function areas(timeline: Timeline, { x, y }: Frame): Markup[] {
  const { start, stepSeconds, total, series } = timeline;
  const mean = (step: number, index: number) =>
    ((series[index]?.bytes[Math.min(step, total.length - 1)] ?? 0) * 60) / stepSeconds;
  const layers = stack<number, number>().keys(series.keys()).value(mean)([
    ...total.keys(),
    total.length,
  ]);
  const shape = area<{ 0: number; 1: number; data: number }>()
    .x(({ data }) => x(start + data * stepSeconds))
    .y0((point) => y(point[0]))
    .y1((point) => y(point[1]))
    .curve(curveStepAfter);
  return layers.map(
    (layer, index) =>
      html`<path class="area ${seriesColour(timeline, index)}" d="${shape(layer) ?? ''}"/>`,
  );
}

/** An invisible rectangle for each step, whose title browsers show as tooltip. */
function hits({ start, stepSeconds, series, total }: Timeline, { x, height }: Frame): Markup[] {
  return total.map((bytes, step) => {
    const from = start + step * stepSeconds;
    const lines = series
      .filter((each) => (each.bytes[step] ?? 0) > 0)
      .map((each) => html`\n${each.label}: ${size(each.bytes[step] ?? 0)}`);
    const text = html`${utcMinute(from * 1000)} UTC: ${size(bytes)}${lines}`;
    const filter = { by: 'time', is: timeName(from) } as const;
    return html`<rect${pickAttribute([filter])} class="hit" x="${x(from)}" y="${EDGE.top}" width="${round(x(from + stepSeconds) - x(from))}" height="${height - EDGE.top - EDGE.bottom}"><title>${text}</title></rect>`;
  });
}

/** The chart twice, because text that is read on a desk is too small on a phone; one of them is shown. */
export function timelineFigure(timeline: Timeline, moments: Moments): Markup {
  return html`<figure>
<div class="desk">${timelineChart(timeline, moments)}</div>
<div class="phone">${timelineChart(timeline, moments, PHONE)}</div>
${legend(timeline, moments)}
</figure>`;
}

/** What a series is of, which filters unless it is the others. */
function seriesName(label: string, index: number, { sourceGroups }: Moments) {
  const filter = label === 'others' ? undefined : colourFilter(sourceGroups, index);
  return filter === undefined ? label : pick(filter.by, filter.is, label);
}

function legend(timeline: Timeline, moments: Moments): Markup {
  const { window } = moments;
  const { series, metered, threshold, gateways } = timeline;
  const isOne = gateways.length === 1;
  const block = (style: string) =>
    html`<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${style}" width="10" height="10" rx="2"/></svg>`;
  const stroke = (style: string) =>
    html`<svg class="line" viewBox="0 0 20 10" aria-hidden="true"><line class="${style}" x2="20" y1="5" y2="5"/></svg>`;
  return html`<ul class="legend">
${series.map((each, index) => hasBytes(each) && html`<li>${block(seriesColour(timeline, index))}${seriesName(each.label, index, moments)}</li>`)}
${metered && html`<li>${stroke('metered')}metered by CloudWatch</li>`}
${isOne && hasPeaks(timeline) && html`<li>${stroke('peak')}${peakName(timeline)}</li>`}
${isOne && threshold !== undefined && html`<li>${stroke('threshold')}threshold of the alarm</li>`}
${timeline.allTimes && html`<li>${block('other-times')}at other times</li>`}
${window && html`<li><svg class="line" viewBox="0 0 20 10" aria-hidden="true"><line class="hatching" x2="20" y1="5" y2="5" stroke-width="10"/></svg>no lines of this time</li>`}
</ul>`;
}
