import type { DeliveryReport } from '../../../shared/contract/delivery-report.ts';
import {
  adviceText,
  rateText,
  serviceName,
  spentText,
} from '../../../shared/report/model/labels.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { heaviestOf } from '../../../shared/report/render/heaviest.ts';
import { recordingText } from '../../../shared/report/render/recording-text.ts';
import { printable } from '../../../shared/text/printable.ts';
import { count, counted, dollars, percent, size } from '../../../shared/text/units.ts';
import { utcClock } from '../../../shared/text/utc.ts';
import { continuousLine } from '../continuous-outcome.ts';
import type { Outcome } from '../outcome.ts';
import type { StoryEvent } from '../story-events.ts';

const DAY_S = 86_400;
/** Characters of the longest rate, such as `1,023.99 MiB/min`. */
const RATE_WIDTH = 16;
/** Characters of the longest head of a line, `organisations`. */
const HEAD_WIDTH = 13;

/** An event as a line of text; undefined for events without one. `threshold` in bytes per minute. */
export function storyLine(event: StoryEvent, threshold: number): string | undefined {
  const text = eventText(event, threshold);
  return text === undefined ? undefined : `${utcClock(event.at)}  ${text}`;
}

/** Bytes of a minute, aligned in a column. */
export function perMinuteText(bytes: number): string {
  return `${size(bytes)}/min`.padStart(RATE_WIDTH);
}

function eventText(event: StoryEvent, threshold: number): string | undefined {
  switch (event.kind) {
    case 'metered':
      return `${event.gatewayId} ${perMinuteText(event.bytes)}   ${stateText(event, threshold)}`;
    case 'account':
      return `account     ${event.change} NAT gateway ${event.name} (${event.gatewayId})`;
    case 'alarm':
      return `controller  ${event.change} alarm ${event.name}`;
    case 'created':
      return `controller  created flow log ${event.flowLogId} (${event.interval} s, ${event.trafficType}, ${event.fields} fields)`;
    case 'deleted':
      return `controller  deleted flow log ${event.flowLogId}`;
    case 'timer':
      return `scheduler   wakes the ${event.wakes} for ${event.gatewayId}`;
    case 'skipped':
      return `story       skips to ${utcClock(event.until)}: nothing happens until then`;
    case 'mail':
      return `mail        ${event.subject}`;
    case 'delivery':
      return `${event.isContinuous ? 'continuous' : 'forwarder '}  batch ${event.number}   ${deliveryText(event.report)}`;
    case 'reported':
      return `reporter    ${totalText(event.report)}`;
    case 'collector-down':
      return 'collector   is down from here on; the forwarder does not know';
    case 'trouble':
      return `collector   ${event.message}`;
    default:
      return undefined;
  }
}

function stateText(
  { state, changed }: Extract<StoryEvent, { kind: 'metered' }>,
  threshold: number,
): string {
  if (state === 'none') return 'no alarm yet';
  if (!changed) return state === 'ALARM' ? 'alarm' : 'ok';
  return state === 'ALARM' ? `ALARM  above ${size(threshold)}/min` : 'OK';
}

function deliveryText(report: DeliveryReport): string {
  const { RecordsReceived, FlowsExported, DatagramsSent, DatagramErrors } = report;
  const { DeliveryLagSeconds: lagSeconds = Number.NaN } = report;
  return [
    `${counted(RecordsReceived, 'record')} -> ${counted(FlowsExported, 'flow')}, ${counted(DatagramsSent, 'datagram')}`,
    // The lines of a file can be years old: their lag says nothing about the delivery.
    ...(lagSeconds >= 0 && lagSeconds < DAY_S ? [`lag ${Math.round(lagSeconds)} s`] : []),
    ...(DatagramErrors > 0 ? [`${DatagramErrors} refused`] : []),
  ].join(', ');
}

/** The figures at the end of a story, with its faults. */
export function outcomeLines(
  { records, archive, exported, collector, ...rest }: Outcome,
  legs: string,
): string[] {
  const { delivered, ok, nodata, skipdata, nonflow, malformed } = records;
  const kinds = [
    `${count(ok)} OK`,
    `${nodata} NODATA`,
    `${skipdata} SKIPDATA`,
    ...(nonflow > 0 ? [`${nonflow} other`] : []),
    `${malformed} malformed`,
  ];
  return [
    `records in ${count(delivered)} = ${kinds.join(' + ')}      archive out ${count(archive.records)} in ${counted(archive.files, 'file')}`,
    `flows exported ${count(exported.flows)} (legs: ${legs}) in ${counted(exported.datagrams, 'datagram')}   ${collectorText(collector, exported)}`,
    ...(exported.notExportable > 0
      ? [
          `left out ${counted(exported.notExportable, 'flow')} that this version cannot carry: use -v 9 or ipfix`,
        ]
      : []),
    ...(rest.continuous === undefined ? [] : [continuousLine(rest.continuous)]),
    `recordings ${rest.recordings}   mails ${rest.mails}   flow logs left ${rest.flowLogsLeft}`,
    ...rest.faults.map((fault) => `WRONG: ${fault}`),
  ];
}

function collectorText(collector: Outcome['collector'], exported: Outcome['exported']): string {
  if (collector === undefined) return `datagrams refused ${exported.refused}`;
  const received = `collector received ${count(collector.flows)}`;
  return collector.wentDown
    ? `${received} before it went down; ${count(exported.refused)} datagrams refused`
    : `${received}   sequence errors ${collector.sequenceErrors}`;
}

/** A report in a few lines: its headline, who and to what, what was spent, what stops it, and when its lines began. */
export function reportLines(report: Report): string[] {
  const { headline, totals, cost, seconds, recording } = report;
  const rate = cost.total === null ? undefined : rateText(cost.total, seconds);
  const fixes = report.advice.filter(({ saving, command }) => saving > 0 && command !== undefined);
  return [
    headed('headline', headline.text),
    ...(totals.forwarded.flows === 0
      ? []
      : heaviestOf(report).map(({ head, text }) => headed(head.toLowerCase(), text))),
    ...(totals.forwarded.flows === 0 ? [] : [headed('cost', spentText(report))]),
    ...(rate === undefined ? [] : [headed('rate', rate)]),
    ...fixes.map((fix) =>
      headed(
        'fix',
        `saves ${dollars(fix.saving)}, ${serviceName(fix.service)}: ${adviceText(fix)}`,
      ),
    ),
    ...(recording === undefined ? [] : [headed('lines', recordingText(recording))]),
  ].map(printable);
}

/** A line that begins with what its text is about. */
export function headed(head: string, text: string): string {
  return `${head.padEnd(HEAD_WIDTH)}  ${text}`;
}

/** The bytes that went through the gateway, and their share of what CloudWatch metered. */
function totalText({ totals, reconciliation }: Report): string {
  const share = reconciliation?.percent;
  const part = share == null ? '' : `, ${percent(share / 100)} of what CloudWatch metered`;
  const { bytes } = totals.forwarded;
  return `${size(Number(bytes))} (${bytes} bytes)${part}`;
}
