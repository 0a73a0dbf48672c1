import type { DeliveryReport } from '../../../shared/contract/delivery-report.ts';
import { gatewayName, serviceName } from '../../../shared/report/model/labels.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { recordingText } from '../../../shared/report/render/recording-text.ts';
import { shownName } from '../../../shared/text/shorten.ts';
import { count, counted, dollars, duration, percent, size } from '../../../shared/text/units.ts';
import { utcClock } from '../../../shared/text/utc.ts';
import type { Outcome } from '../outcome.ts';
import type { StoryEvent } from '../story-events.ts';

const DAY_S = 86_400;
/** Characters of the longest rate, such as `1,023.99 MiB/min`. */
const RATE_WIDTH = 16;

/** An event as a line of text; undefined for events without one. `threshold` in bytes per minute. */
export function storyLine(event: StoryEvent, threshold: number): string | undefined {
  const text = eventText(event, threshold);
  return text === undefined ? undefined : `${utcClock(event.at)}  ${text}`;
}

/** Bytes of a minute, aligned in a column. */
export function rateText(bytes: number): string {
  return `${size(bytes)}/min`.padStart(RATE_WIDTH);
}

function eventText(event: StoryEvent, threshold: number): string | undefined {
  switch (event.kind) {
    case 'metered':
      return `${event.gatewayId} ${rateText(event.bytes)}   ${stateText(event, threshold)}`;
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
      return `forwarder   batch ${event.number}   ${deliveryText(event.report)}`;
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

/** A report in a few lines: what was recorded, the largest source and service, and the cost. */
export function reportLines(report: Report): string[] {
  const [source] = report.sources.rows;
  const [service] = report.services.rows;
  const { totals, window } = report;
  const from = window === undefined ? '' : ` from ${utcClock(window.start)}`;
  return [
    `recorded   ${gatewayName(report)}${from}: ${size(Number(totals.forwarded.bytes))}`,
    ...(source === undefined
      ? []
      : [
          `who        ${[source.address, shownName(source.name ?? '')].filter(Boolean).join(' ')}  ${amount(source)}`,
        ]),
    ...(service === undefined
      ? []
      : [`to what    ${shownName(serviceName(service.service))}  ${amount(service)}`]),
    `cost       ${costText(report)}`,
    ...(report.recording === undefined ? [] : [`lines      ${recordingText(report.recording)}`]),
  ];
}

function amount({ bytes, share }: { readonly bytes: number; readonly share: number }): string {
  return `${size(bytes)}  ${percent(share)}`;
}

function costText({ cost, seconds, advice }: Report): string {
  const { total, perDay, avoidable, avoidablePerDay } = cost;
  const rate = perDay === undefined ? '' : ` in ${duration(seconds)} = ${dollars(perDay)}/day`;
  const services = advice.filter(({ saving, command }) => saving > 0 && command !== undefined);
  const names = services.map(({ service }) => serviceName(service)).join(' + ');
  const saved =
    avoidablePerDay === undefined ? dollars(avoidable) : `${dollars(avoidablePerDay)}/day`;
  const saving = services.length > 0 ? `; a free ${names} gateway endpoint saves ${saved}` : '';
  return `${dollars(total)}${rate}${saving}`;
}

/** The bytes that went through the gateway, and their share of what CloudWatch metered. */
function totalText({ totals, reconciliation }: Report): string {
  const share = reconciliation?.percent;
  const part = share == null ? '' : `, ${percent(share / 100)} of what CloudWatch metered`;
  const { bytes } = totals.forwarded;
  return `${size(Number(bytes))} (${bytes} bytes)${part}`;
}
