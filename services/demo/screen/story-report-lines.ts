import type { Report } from '../../../shared/report/report.ts';
import {
  dollars,
  duration,
  gatewayName,
  percent,
  serviceName,
  size,
} from '../../../shared/report/words.ts';
import { shownName } from '../../../shared/text/shorten.ts';

/** The answer in a few lines: what was recorded, who it was, to what, and what it costs. */
export function reportLines(report: Report): string[] {
  const [source] = report.sources.rows;
  const [service] = report.services.rows;
  const { totals, window } = report;
  const from = window === undefined ? '' : ` from ${window.start.slice(11, 19)}`;
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

/** How much went through, to the byte, and what part that is of what CloudWatch metered. */
export function totalText({ totals, reconciliation }: Report): string {
  const share = reconciliation?.percent;
  const part = share == null ? '' : `, ${percent(share / 100)} of what CloudWatch metered`;
  const { bytes } = totals.forwarded;
  return `${size(Number(bytes))} (${bytes} bytes)${part}`;
}
