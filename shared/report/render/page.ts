import { createHash } from 'node:crypto';
import { jsonText } from '../../text/printable.ts';
import { utcMinute, utcSecond } from '../../text/utc.ts';
import { gatewayName } from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { html, Markup } from './markup.ts';
import { facts } from './page-facts.ts';
import { sectionsOf } from './page-sections.ts';
import { STYLE } from './page-style.ts';

/** The content security policy: no requests, no script and no style but the page's own. */
function policy(script: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * The report as an HTML page: one file, for light and dark screens, telephones and paper. It is complete without its
 * script, which filters, sorts and searches; a report without cells has nothing to filter.
 */
export function renderHtml(report: Report, pageScript?: string): string {
  const sections = sectionsOf(report);
  const script = report.cells && report.totals.forwarded.flows > 0 ? pageScript : undefined;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
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
${script !== undefined && scripts(report, script)}
</body>
</html>
`.text;
}

/** The report as data, in which no text ends the element, and the script. */
function scripts(report: Report, script: string): Markup {
  const data = new Markup(jsonText(report).replaceAll('<', '\\u003c'));
  return html`<script type="application/json" id="report">${data}</script>
<script>${new Markup(script)}</script>`;
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

/** What the proof that bytes went through a gateway rests on, and what would prove the rest. */
function notes({ gateway }: Report): Markup[] {
  return gateway.notes.map((note) => html`<p class="note">${note}</p>`);
}
