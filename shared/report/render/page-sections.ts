import { count, counted, dollars, percent, size } from '../../text/units.ts';
import type { Report } from '../model/report.ts';
import { html, type Markup } from './markup.ts';
import { recordingText } from './recording-text.ts';
import { LEGS_WORDING } from './text.ts';

/** The outcomes of all lines, and how exact the totals are. */
export function completenessSection({
  records,
  legs,
  totals,
  reconciliation,
  recording,
  sources,
  destinations,
}: Report): Markup {
  const { read, ok, nodata, skipdata, nonflow, malformed, otherLeg, otherGateway } = records;
  const share = reconciliation?.percent;
  return html`${skipdata > 0 && html`<p class="lost"><strong>${count(skipdata)} SKIPDATA</strong>: AWS could not record everything in these windows, so the totals are too low.</p>`}${recording && html`<p>${recordingText(recording)}</p>`}
<p>${counted(read, 'line')} = ${counted(ok, 'flow')} + ${count(nodata)} NODATA + ${count(skipdata)} SKIPDATA + ${count(nonflow)} without addresses + ${count(malformed)} malformed.</p>
<p>Counted: ${LEGS_WORDING[legs]}. ${counted(totals.flows, 'flow')} ${totals.flows === 1 ? 'counts' : 'count'}${otherLeg > 0 && `, ${count(otherLeg)} of the other leg do not`}${otherGateway > 0 && `, ${count(otherGateway)} are of other gateways`}. Of those that count, ${count(totals.rejected.flows)} were refused (${counted(totals.rejected.bytes, 'byte')}, in no table but that of rejected ones).</p>
${share == null ? html`<p>Not compared with what CloudWatch metered.</p>` : html`<p>CloudWatch metered <data id="metered-bytes" value="${reconciliation?.meteredBytes}">${size(reconciliation?.meteredBytes ?? 0)}</data> ${recording === undefined ? 'in these minutes' : "from the alarm, or else from the flow log's creation, to its deletion"}; the flows explain <strong>${percent(share / 100)}</strong> of it.</p>`}
<p>${sources.error > 0 || destinations.error > 0 ? 'There were more sources or destinations than are kept apart; what rows may lack stands below their tables. Totals and services are exact.' : 'All sums are exact.'}</p>`;
}

/** How the numbers are computed. */
export function methodSection({ cost, timeline }: Report): Markup {
  return html`<ul>
<li>A NAT gateway's interface logs every exchange four times. Say 10.0.1.5 talks to 203.0.113.5 through a gateway at 10.0.0.220: 10.0.1.5 → 10.0.0.220, 10.0.0.220 → 203.0.113.5, 203.0.113.5 → 10.0.0.220, 10.0.0.220 → 10.0.1.5. The first line (up) and the last (down) are the private leg: they name the client, and each byte counts once.</li>
<li>Prices: ${dollars(cost.perGib, 3)} per GiB that the gateway processes, in both directions (${cost.source}); 1 GiB is 2<sup>30</sup> bytes. The gateway's hours and data transfer to the internet come on top and are not in here. Recording these lines costs about ${dollars(cost.recording)}.</li>
<li>“At this rate” takes the time between the first and the last packet for a whole day.</li>
<li>A flow's bytes are spread evenly over its seconds${timeline && `, and drawn in steps of ${timeline.stepSeconds / 60} min`}. AWS's times can be off by up to a minute.</li>
<li>Services are AWS's own reading of the packet's addresses. S3 and DynamoDB of other regions look the same, and no gateway endpoint reaches them.</li>
<li>Flow logs are best effort: a spike shorter than a few minutes may leave nothing, and traffic to AWS's DNS, time and metadata services is never logged.</li>
</ul>`;
}
