import { dollars } from '../../text/units.ts';
import type { Advice } from '../model/advice.ts';
import {
  adviceText,
  fixedTexts,
  isPriced,
  likelyEndpointsText,
  rateText,
  serviceName,
} from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { html, type Markup } from './markup.ts';

/**
 * What would stop the bytes: a card for each gateway endpoint, with what it saves, on which assumption, the command,
 * and the state of what exists; then what interface endpoints could do.
 */
export function fixesSection(report: Report): Markup {
  const { advice, likelyEndpoints } = report;
  const fixed = fixedTexts(report).map((sentence) => html`<p>${sentence}</p>`);
  if (!isPriced(report)) {
    return html`<p>No saving is given, because not all of these bytes are proven to have gone through a NAT gateway.</p>`;
  }
  if (advice.length === 0 && likelyEndpoints === undefined) {
    return html`<p>None of these bytes were exchanged with a service that has a gateway endpoint, which would be free of charge.</p>
${fixed}`;
  }
  return html`<div class="fixes">${advice.map((each) => card(each, report))}</div>
${fixed}
${likelyEndpoints && html`<p class="note">${likelyEndpointsText(likelyEndpoints).join(' ')}</p>`}`;
}

function card(advice: Advice, report: Report): Markup {
  const { service, command, saving } = advice;
  const isOpen = command !== undefined && saving > 0;
  return html`<article class="${isOpen ? 'fix' : 'fix settled'}"><h3>${serviceName(service)}: ${isOpen ? 'use a gateway endpoint' : 'nothing to do here'}</h3>
${isOpen && savingLine(advice, report)}
<p>${adviceText(advice)}</p>
${isOpen && html`<code class="command">${command}</code>`}</article>`;
}

/** What a fix would have saved. */
function savingLine({ saving, state }: Advice, { cost, seconds }: Report): Markup {
  const rate = rateText(saving, seconds);
  const doubt = state === 'unknown' && ', if there is none yet';
  return html`<p><strong>Saves ${dollars(saving)}</strong> of ${dollars(cost.total)}${doubt}${rate && html` <small>${rate}</small>`}</p>`;
}
