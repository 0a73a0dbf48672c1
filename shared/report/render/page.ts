import { createHash } from 'node:crypto';
import {
  bitRate,
  count,
  counted,
  dollars,
  duration,
  percent,
  size,
  unitFor,
  unitPrice,
} from '../../text/units.ts';
import { utcMinute, utcSecond } from '../../text/utc.ts';
import { adviceText, gatewayName, serviceName } from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { sankeyChart } from './chart-sankey.ts';
import { timelineChart, timelineTable } from './chart-timeline.ts';
import { html, Markup } from './markup.ts';
import { completenessSection, methodSection } from './page-sections.ts';
import { STYLE } from './page-style.ts';
import {
  csvLink,
  destinationsTable,
  portsTable,
  rejectsTable,
  servicesTable,
  sourcesTable,
} from './page-tables.ts';

/** The content security policy: no script, no requests, no style but the page's own. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The report as an HTML page: one file without script, for light and dark screens and for paper. */
export function renderHtml(report: Report): string {
  const title = `${gatewayName(report)}: ${report.headline.text}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${pageHead(report)}
<main id="main">
${sections(report).map(
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

interface Section {
  readonly id: string;
  readonly name: string;
  readonly body: Markup;
}

function sections(report: Report): Section[] {
  const { timeline, links } = report;
  const paths = sankeyChart(links, unitFor(Number(report.totals.forwarded.bytes)));
  return [
    ...(timeline === undefined
      ? []
      : [
          {
            id: 'timeline',
            name: 'When',
            body: html`<p class="lead">Bytes per minute, by source.</p>${timelineChart(timeline)}${timelineTable(timeline)}`,
          },
        ]),
    ...(paths === undefined ? [] : [{ id: 'paths', name: 'From whom to what', body: paths }]),
    {
      id: 'sources',
      name: 'Who',
      body: html`${sourcesTable(report)}${csvLink(report, 'sources')}`,
    },
    {
      id: 'services',
      name: 'To what, and what would stop it',
      body: html`${servicesTable(report)}${csvLink(report, 'services')}${breakEven(report)}`,
    },
    {
      id: 'destinations',
      name: 'Destinations and ports',
      body: html`<div class="two"><div>${destinationsTable(report)}${csvLink(report, 'destinations')}</div><div>${portsTable(report)}${csvLink(report, 'ports')}</div></div>`,
    },
    {
      id: 'rejects',
      name: 'Rejected',
      body: html`${rejectsTable(report)}${report.rejects.flows > 0 && csvLink(report, 'rejects')}`,
    },
    { id: 'completeness', name: 'How complete this is', body: completenessSection(report) },
    { id: 'method', name: 'Method', body: methodSection(report) },
  ];
}

function breakEven({ breakEvenGibPerHour: least }: Report): Markup | undefined {
  if (least === null) return undefined;
  return html`<p class="note">Other AWS services have interface endpoints, which cost by the hour and zone: one pays from ${least.toFixed(2)} GiB an hour and zone on.</p>`;
}

function pageHead(report: Report): Markup {
  const { window, region, gateway } = report;
  const ids = [gateway.id, ...gateway.interfaces].filter((id) => id && id !== gatewayName(report));
  const time =
    window &&
    html` · <time datetime="${window.start}">${utcSecond(window.start)}</time> to <time datetime="${window.end}">${utcSecond(window.end)}</time> UTC`;
  return html`<header>
<p class="lead"><strong>${gatewayName(report)}</strong>${ids.length > 0 && ` (${ids.slice(0, 4).join(', ')}${ids.length > 4 ? ', …' : ''})`} · ${region.name}${region.isAssumed && ' (assumed)'}${time}</p>
<h1>${report.headline.text}</h1>
<dl class="facts">${facts(report)}</dl>
${fix(report)}
<nav aria-label="Sections"><ul>${sections(report).map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>`;
}

function facts(report: Report): Markup[] {
  const { totals, window, seconds, cost, records, reconciliation } = report;
  const bytes = Number(totals.forwarded.bytes);
  const fact = (name: string, value: string, more: string | Markup) =>
    html`<div><dt>${name}</dt><dd>${value}</dd><dd>${more}</dd></div>`;
  const share = reconciliation?.percent;
  return [
    fact(
      report.gateway.proven.length > 0 ? 'Through the gateway' : 'Logged',
      size(bytes),
      html`<data id="total-bytes" value="${totals.forwarded.bytes}">${counted(totals.forwarded.bytes, 'byte')}</data>`,
    ),
    fact(
      'Lasted',
      window === undefined ? '–' : duration(seconds),
      seconds > 0 ? `${bitRate(bytes, seconds)} on average` : withoutRate(window),
    ),
    fact(
      'Cost',
      dollars(cost.total),
      cost.total === null
        ? 'nothing proves a NAT gateway'
        : cost.perDay === undefined
          ? `at ${unitPrice(cost.perGib)}/GiB`
          : `${dollars(cost.perDay)} a day at this rate`,
    ),
    share == null
      ? fact(
          'Lines read',
          count(records.read),
          `${count(records.skipdata)} SKIPDATA, ${count(records.malformed)} malformed`,
        )
      : fact('Explained', percent(share / 100), 'of the bytes CloudWatch metered'),
  ];
}

function withoutRate(window: Report['window']): string {
  return window === undefined ? 'no line has a time' : 'all within the same second';
}

function fix({ advice, cost }: Report): Markup | undefined {
  const open = advice.filter(({ command, saving }) => command !== undefined && saving > 0);
  if (open.length === 0) return undefined;
  const amount =
    cost.avoidablePerDay === undefined
      ? dollars(cost.avoidable)
      : `${dollars(cost.avoidablePerDay)} a day`;
  const isSure = open.every(({ state }) => state !== 'unknown');
  return html`<div class="fix"><strong>${isSure ? 'Saves' : 'May save'} ${amount}</strong>${cost.avoidablePerDay !== undefined && ' at this rate'}: gateway endpoints are free.
<ul>${open.map((each) => html`<li>${serviceName(each.service)}: ${adviceText(each)}<code class="command">${each.command}</code></li>`)}</ul></div>`;
}
