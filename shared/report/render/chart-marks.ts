import { curveStepAfter, line } from 'd3-shape';
import { size } from '../../text/units.ts';
import { utcClock } from '../../text/utc.ts';
import type { GatewayTimeline, Timeline } from '../model/charts.ts';
import type { Report } from '../model/report.ts';
import { EDGE, type Frame, round } from './chart-frame.ts';
import { html, type Markup } from './markup.ts';

/** The times that a chart marks. */
export type Moments = Pick<Report, 'window' | 'recording' | 'sourceGroups'>;

/** The heaviest period of the alarm in each step, as a mark across the step. */
export function peakMarks({ peaks }: GatewayTimeline, timeline: Timeline, frame: Frame): Markup {
  const { start, stepSeconds } = timeline;
  const marks = peaks.map((bytes, step) => {
    const from = start + step * stepSeconds;
    return bytes > 0 ? `M${frame.x(from)},${frame.y(bytes)}H${frame.x(from + stepSeconds)}` : '';
  });
  return html`<path class="peak" d="${marks.join('')}"/>`;
}

/** The alarm's threshold, which is named above the drawing. */
export function thresholdMark({ threshold }: Timeline, frame: Frame): Markup | undefined {
  if (threshold === undefined) return undefined;
  const right = frame.width - EDGE.right;
  const at = frame.y(threshold);
  return html`<line class="threshold" x1="${EDGE.left}" x2="${right}" y1="${at}" y2="${at}"/>
<text class="threshold-label" x="${right}" y="11" text-anchor="end">threshold ${size(threshold)}/min</text>`;
}

/** What CloudWatch metered, step by step. */
export function meteredLine(timeline: Timeline, frame: Frame): Markup | undefined {
  const { start, stepSeconds, metered } = timeline;
  if (metered === undefined) return undefined;
  const shape = line<number>()
    .x((_, step) => frame.x(start + step * stepSeconds))
    .y((bytes) => frame.y((bytes * 60) / stepSeconds))
    .curve(curveStepAfter);
  return html`<path class="metered" d="${shape([...metered, metered.at(-1) ?? 0]) ?? ''}"/>`;
}

/** The time of the axis before the lines begin and after they end, hatched; their begin is named. */
export function linesMarks(
  timeline: Timeline,
  { window }: Moments,
  frame: Frame,
): Markup | undefined {
  if (window === undefined) return undefined;
  const { start, stepSeconds, total } = timeline;
  const [first, last] = [secondsOf(window.start), secondsOf(window.end)];
  const hatched = [
    hatching(frame, start, first),
    hatching(frame, last, start + stepSeconds * total.length),
  ];
  return html`${hatched}${hatched[0] && momentLabel(`lines from ${utcClock(window.start)}`, frame.x(first), 26, frame)}`;
}

/** A hatched part of the axis; none where it would be thinner than a line. */
function hatching(frame: Frame, from: number, to: number): Markup | undefined {
  const [left, right] = [frame.x(from), frame.x(to)];
  if (right - left < 2) return undefined;
  const height = frame.height - EDGE.top - EDGE.bottom;
  const middle = EDGE.top + height / 2;
  return html`<line class="hatching" x1="${left}" x2="${right}" y1="${middle}" y2="${middle}" stroke-width="${height}"/>`;
}

/** A line where the recording began, with its name. */
export function recordingMark({ recording }: Moments, frame: Frame): Markup | undefined {
  if (recording === undefined) return undefined;
  const x = frame.x(secondsOf(recording.madeAt));
  return html`<line class="moment" x1="${x}" x2="${x}" y1="${EDGE.top - 12}" y2="${frame.height - EDGE.bottom}"/>
${momentLabel(`recording from ${utcClock(recording.madeAt)}`, x, 38, frame)}`;
}

/** The name of a moment above the drawing, on the side of its line that has more room. */
function momentLabel(text: string, x: number, y: number, { width }: Frame): Markup {
  const isLeft = x > width / 2;
  return html`<text class="soft" x="${round(x + (isLeft ? -4 : 4))}" y="${y}" text-anchor="${isLeft ? 'end' : 'start'}">${text}</text>`;
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
