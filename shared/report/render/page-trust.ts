import { aboutDollars, count, counted, percent, size, unitPrice } from '../../text/units.ts';
import { cellsText } from '../model/cells.ts';
import { hiddenPodsText, namingText } from '../model/naming.ts';
import { leftOutText } from '../model/nothing.ts';
import type { Report } from '../model/report.ts';
import { html, type Markup } from './markup.ts';
import { recordingText } from './recording-text.ts';
import { legsText, unreadLines } from './text.ts';
import { capital } from './timeline-text.ts';

/** What the numbers rest on: the outcomes of all lines, what is missing, the method, and the prices. */
export function trustSection(report: Report): Markup {
  return html`${lost(report)}
${metered(report)}
${linesRead(report)}
${[...namingText(report), ...hiddenPodsText(report)].map((sentence) => html`<p>${capital(sentence)}.</p>`)}
<p>${exactness(report)}</p>
${report.cells && html`<p class="with-script">${cellsText(report.cells)}</p>`}
<h3>Method</h3>
${method(report)}
<h3>Prices</h3>
<p>${prices(report)}</p>`;
}

function lost({ records: { skipdata } }: Report): Markup | undefined {
  if (skipdata === 0) return undefined;
  return html`<p class="lost"><strong>${count(skipdata)} SKIPDATA</strong>: AWS could not record everything in these windows, so the totals are too low.</p>`;
}

function metered({ reconciliation, recording }: Report): Markup {
  const { percent: share = null, meteredBytes = 0 } = reconciliation ?? {};
  if (share === null) return html`<p>Not compared with what CloudWatch metered.</p>`;
  return html`<p>CloudWatch metered <data id="metered-bytes" value="${meteredBytes}">${size(meteredBytes)}</data> ${recording === undefined ? 'in these minutes' : "from the alarm, or else from the flow log's creation, to its deletion"}; the flows explain <strong>${percent(share / 100)}</strong> of it.</p>`;
}

/** Inputs that could not be read, when the lines of a recording began, and what became of all lines. */
export function linesRead(report: Report): Markup {
  const { records, totals, recording } = report;
  const { read, ok, nodata, skipdata, nonflow, malformed } = records;
  const leftOut = leftOutText(records);
  const { flows, rejected } = totals;
  const unread = unreadLines(report).map((line) => html`<p class="lost">${line}.</p>`);
  return html`${unread}${recording && html`<p>${recordingText(recording)}</p>`}<p>${counted(read, 'line')} = ${counted(ok, 'flow')} + ${count(nodata)} NODATA + ${count(skipdata)} SKIPDATA + ${count(nonflow)} without addresses + ${count(malformed)} malformed. Counted: ${legsText(report)}. ${counted(flows, 'flow')} ${flows === 1 ? 'counts' : 'count'}${leftOut !== '' && `; left out: ${leftOut}`}. Of those that count, ${count(rejected.flows)} were refused (${counted(rejected.bytes, 'byte')}, in no table but that of refused ones).</p>`;
}

function exactness({ sources, destinations }: Report): string {
  return sources.error > 0 || destinations.error > 0
    ? 'There were more sources or destinations than are kept apart; what rows may lack stands below their tables. Totals and services are exact.'
    : 'All sums are exact.';
}

function method({ timeline }: Report): Markup {
  return html`<ul>
<li>A NAT gateway's interface logs every exchange four times. Say 10.0.1.5 talks to 203.0.113.5 through a gateway at 10.0.0.220: 10.0.1.5 → 10.0.0.220, 10.0.0.220 → 203.0.113.5, 203.0.113.5 → 10.0.0.220, 10.0.0.220 → 10.0.1.5. The first line (up) and the last (down) are the private leg: they name the client, and each byte counts once.</li>
<li>A flow's bytes are spread evenly over its seconds${timeline && `, and drawn in steps of ${timeline.stepSeconds / 60} min`}${timeline && timeline.seriesMinutes > 1 && `; which sources had which part is known for ${timeline.seriesMinutes} min together`}. AWS's times can be off by up to a minute.</li>
<li>“If it went on like this” takes the time between the first and the last packet for a whole day.</li>
<li>Services are AWS's own reading of the packet's addresses. Flow logs do not say in which region S3 and DynamoDB are, and no gateway endpoint reaches another region; those that AWS's list of addresses tells apart are named with their region.</li>
<li>Flow logs are best effort: a spike shorter than a few minutes may leave nothing, and traffic to AWS's DNS, time and metadata services is never logged.</li>
</ul>`;
}

function prices({ cost }: Report): Markup {
  return html`${unitPrice(cost.perGib)} per GiB that the gateway processes, in both directions (${cost.source}); 1 GiB is 2<sup>30</sup> bytes. The gateway's hours and data transfer to the internet come on top and are not in here. Recording these lines costs ${aboutDollars(cost.recording)}.`;
}
