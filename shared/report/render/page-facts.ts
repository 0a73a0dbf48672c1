import { bitRate, counted, dollars, duration, percent, size, unitPrice } from '../../text/units.ts';
import type { Filtered } from '../model/filter/filtered-report.ts';
import { rateText } from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { html, type Markup } from './markup.ts';

/** Spent, bytes, duration, share explained. */
export function facts(report: Report): Markup[] {
  const { window, seconds, records, reconciliation, cost } = report;
  const { forwarded, throughGateway } = report.totals;
  const bytes = Number((cost.total === null ? forwarded : throughGateway).bytes);
  const share = reconciliation?.percent;
  return [
    cost.total === null
      ? fact('Spent', 'not known', 'no NAT gateway is proven')
      : fact('Spent', dollars(cost.total), rateText(cost.total, seconds) ?? perGib(report)),
    fact(
      cost.total === null ? 'Logged' : 'Through the gateway',
      size(bytes),
      html`<data id="total-bytes" value="${bytes}">${counted(bytes, 'byte')}</data>`,
    ),
    fact(
      'Duration',
      window === undefined ? '–' : duration(seconds),
      seconds > 0 ? `${bitRate(bytes, seconds)} on average` : withoutRate(window),
    ),
    share == null
      ? fact('Explained', 'not compared', `with CloudWatch; ${counted(records.read, 'line')} read`)
      : fact('Explained', percent(share / 100), 'of the bytes CloudWatch metered'),
  ];
}

function fact(name: string, value: string, more: string | Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd>${more}</dd></div>`;
}

function perGib({ cost }: Report): string {
  return `at ${unitPrice(cost.perGib)} per GiB`;
}

function withoutRate(window: Report['window']): string {
  return window === undefined ? 'no line has a time' : 'all within the same second';
}

/** What filters leave: spent, bytes, share of all, and what may belong to it. */
export function filteredFacts({ report, unsure }: Filtered, whole: Report): Markup[] {
  const [bytes, all] = [report, whole].map(({ totals }) => Number(totals.forwarded.bytes));
  const { total } = report.cost;
  return [
    total === null
      ? fact('Spent', 'not known', "not all is proven to be a NAT gateway's")
      : fact('Spent', dollars(total), `of ${dollars(whole.cost.total)}`),
    fact(
      total === null ? 'Logged' : 'Through the gateway',
      size(bytes ?? 0),
      html`<data id="total-bytes" value="${bytes}">${counted(bytes ?? 0, 'byte')}</data>`,
    ),
    fact('Share', percent(all ? (bytes ?? 0) / all : 0), `of ${size(all ?? 0)}`),
    unsure > 0
      ? fact('Not told apart', size(unsure), 'of what was added up, which may belong to it')
      : fact('Sums', 'exact', 'as of a report of these lines alone'),
  ];
}
