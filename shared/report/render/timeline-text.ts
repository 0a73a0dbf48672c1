import { count, inUnit, size, unitFor } from '../../text/units.ts';
import { utcMinute } from '../../text/utc.ts';
import type { GatewayTimeline, Timeline } from '../model/charts.ts';
import { timeName } from '../model/filter/dimensions.ts';
import { html, type Markup } from './markup.ts';
import { type Column, pageTable } from './page-table.ts';
import { pick } from './pick.ts';

/** Whether the steps that are drawn are not the alarm's periods, so that their means are not what it compared. */
export function hasPeaks({ stepSeconds, periodSeconds }: Timeline): boolean {
  return stepSeconds !== periodSeconds;
}

/** What a gateway's peaks are, for a legend. */
export function peakName({ stepSeconds, periodSeconds, peaksOf }: Timeline): string {
  const metered = peaksOf === 'metered' ? ', metered by CloudWatch' : '';
  return stepSeconds > periodSeconds
    ? `heaviest ${periodName(periodSeconds)} of a step${metered}`
    : `mean of each ${periodName(periodSeconds)}${metered}`;
}

function periodName(seconds: number): string {
  return seconds === 60 ? 'minute' : `period of ${stepName(seconds)}`;
}

/** The length of a step or period, which is whole minutes or whole hours: `10 min`, `2 h`. */
function stepName(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

/** How high a gateway's traffic was, and how often its alarm's threshold was passed, in one sentence. */
export function gatewayFinding(gateway: GatewayTimeline, timeline: Timeline): string {
  const { over, periods, peaks } = gateway;
  const { threshold, periodSeconds, peaksOf } = timeline;
  const most = Math.max(...peaks);
  const period = periodName(periodSeconds);
  const high = `the heaviest ${period} had ${size(most)}${periodSeconds === 60 ? '' : '/min'}, ${stepText(peaks.indexOf(most), timeline)}`;
  const source = peaksOf === 'metered' ? ' (metered by CloudWatch)' : ' (by the lines)';
  if (threshold === undefined) return `${capital(high)}${source}.`;
  const named = periods === 1 ? period : `${period.replace(/^(minute|period)/, '$1s')}`;
  return `${count(over)} of ${count(periods)} ${named} ${over === 1 ? 'was' : 'were'} over the alarm's threshold of ${size(threshold)}/min; ${high}${source}.`;
}

/** `at 10:17 UTC`; in a step longer than the alarm's period the moment is not known. */
function stepText(step: number, { start, stepSeconds, periodSeconds }: Timeline): string {
  const [from, to] = [step, step + 1].map((each) => utcMinute((start + each * stepSeconds) * 1000));
  return stepSeconds <= periodSeconds ? `at ${from} UTC` : `between ${from} and ${to} UTC`;
}

/** When the bytes of a step were the most, in one sentence. */
export function heaviestText(timeline: Timeline): string {
  const { total, stepSeconds } = timeline;
  const most = Math.max(...total);
  if (most <= 0) return 'No bytes in this time.';
  const from = utcMinute((timeline.start + total.indexOf(most) * stepSeconds) * 1000);
  const step = stepSeconds === 60 ? 'minute' : stepName(stepSeconds);
  return `The heaviest ${step} had ${size(most)}, from ${from} UTC.`;
}

/** A sentence with a large first letter. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What a timeline shows, a sentence for each gateway. */
export function findings(timeline: Timeline): string[] {
  const { gateways } = timeline;
  return gateways.map((gateway) => {
    const finding = gatewayFinding(gateway, timeline);
    return gateways.length === 1 ? finding : `${gateway.name}: ${finding}`;
  });
}

/** Whether a series is to be told of. */
export function hasBytes({ bytes }: { readonly bytes: readonly number[] }): boolean {
  return bytes.some((each) => each > 0);
}

/** The numbers of the chart as a table. */
export function timelineTable(timeline: Timeline): Markup {
  const { series, total, metered, start, stepSeconds, gateways } = timeline;
  const unit = unitFor(Math.max(...total));
  const bytes = (head: string, values: readonly number[]): Column<number> => ({
    kind: 'number',
    head,
    cell: (step) => inUnit(values[step] ?? 0, unit),
  });
  const [only] = gateways.length === 1 && hasPeaks(timeline) ? gateways : [];
  const columns: Column<number>[] = [
    {
      kind: 'name',
      head: 'From, UTC',
      cell: (step) => pick('time', timeName(start + step * stepSeconds)),
    },
    ...series.filter(hasBytes).map((each) => bytes(each.label, each.bytes)),
    bytes('Total', total),
    ...(metered === undefined ? [] : [bytes('Metered', metered)]),
    ...(only === undefined ? [] : [bytes(`Peak, ${unit.name}/min`, only.peaks)]),
  ];
  return html`<details><summary>The numbers of this chart</summary>
${pageTable({
  id: 'timeline-table',
  label: 'Numbers of the chart',
  caption: `${unit.name} in each step of ${stepName(stepSeconds)}`,
  columns,
  rows: [...total.keys()],
})}</details>`;
}
