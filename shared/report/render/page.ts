import { createHash } from 'node:crypto';
import { bitRate, counted, dollars, duration, percent, size, unitPrice } from '../../text/units.ts';
import { utcMinute, utcSecond } from '../../text/utc.ts';
import { gatewayName, rateText } from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { html, Markup } from './markup.ts';
import { sectionsOf } from './page-sections.ts';
import { STYLE } from './page-style.ts';

/** The content security policy: no script, no requests, no style but the page's own. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The report as an HTML page: one file without script, for light and dark screens, telephones and paper. */
export function renderHtml(report: Report): string {
  const sections = sectionsOf(report);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${report.headline.text} (${gatewayName(report)})</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
${placeLine(report)}
<h1>${report.headline.text}</h1>
${report.totals.forwarded.flows > 0 && html`<dl class="facts">${facts(report)}</dl>`}
${notes(report)}
${sections.length > 1 && html`<nav aria-label="Sections"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`}
</header>
<main id="main">
${sections.map(
  ({
    id,
    name,
    body,
  }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>
${body}</section>
`,
)}
</main>
<footer><p>Written by natflow ${report.natflow} on ${utcMinute(report.writtenAt)} UTC.</p></footer>
</body>
</html>
`.text;
}

/** Which gateway, where and when. */
function placeLine(report: Report): Markup {
  const { window, region, gateway } = report;
  const ids = [gateway.id, ...gateway.interfaces].filter((id) => id && id !== gatewayName(report));
  const time =
    window &&
    html` · <time datetime="${window.start}">${utcSecond(window.start)}</time> to <time datetime="${window.end}">${utcSecond(window.end)}</time> UTC`;
  return html`<p class="lead"><strong>${gatewayName(report)}</strong>${ids.length > 0 && ` (${ids.slice(0, 4).join(', ')}${ids.length > 4 ? ', …' : ''})`} · ${region.name}${region.isAssumed && ' (assumed)'}${time}</p>`;
}

/** Spent, bytes, duration, share explained. */
function facts(report: Report): Markup[] {
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

/** What the proof that bytes went through a gateway rests on, and what would prove the rest. */
function notes({ gateway }: Report): Markup[] {
  return gateway.notes.map((note) => html`<p class="note">${note}</p>`);
}
