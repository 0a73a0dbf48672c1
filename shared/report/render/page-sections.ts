import { counted } from '../../text/units.ts';
import type { SourceGroups, Timeline } from '../model/charts.ts';
import { unknownLabelText } from '../model/group-by.ts';
import type { Report } from '../model/report.ts';
import { sankeyChart } from './chart-sankey.ts';
import { gatewayChart, timelineFigure } from './chart-timeline.ts';
import { html, type Markup } from './markup.ts';
import { fixesSection } from './page-fixes.ts';
import { domainsTable, groupPairsTable, labelsTable, organizationsTable } from './page-groups.ts';
import {
  destinationsTable,
  groupsTable,
  pairsTable,
  portsTable,
  rejectsTable,
  servicesTable,
  sourcesTable,
} from './page-tables.ts';
import { linesRead, trustSection } from './page-trust.ts';
import { findings, gatewayFinding, timelineTable } from './timeline-text.ts';

/** The most gateways with a chart of their own. */
const MOST_GATEWAYS = 6;

/** A part of the page with a title of its own. */
export interface Section {
  readonly id: string;
  readonly name: string;
  readonly body: Markup;
}

/** The page's questions in the order in which a reader asks them, and then all tables. */
export function sectionsOf(report: Report): Section[] {
  const { timeline } = report;
  if (report.totals.forwarded.flows === 0) return sectionsOfNothing(report);
  return [
    { id: 'pairs', name: 'Who, to what', body: pairsSection(report) },
    { id: 'fixes', name: 'What stops it', body: fixesSection(report) },
    ...(timeline === undefined ? [] : [{ id: 'when', name: 'When', body: when(timeline, report) }]),
    { id: 'trust', name: 'Can I trust it', body: trustSection(report) },
    { id: 'tables', name: 'All tables', body: tables(report) },
  ];
}

/** Without traffic there is nothing to show but what was read and what was refused. */
function sectionsOfNothing(report: Report): Section[] {
  const read = { id: 'trust', name: 'What was read', body: linesRead(report) };
  const refused = { id: 'rejects', name: 'Refused', body: rejectsTable(report) };
  return report.rejects.flows > 0 ? [refused, read] : [read];
}

/** On a desk the diagram and the table; on a phone the table alone, which is then a ranked list. */
function pairsSection(report: Report): Markup {
  const { by, groups } = report.sourceGroups;
  if (report.grouping !== undefined) return groupedSection(report, report.grouping);
  const grouped =
    by !== 'source' &&
    html`<p class="lead">${counted(groups.length, 'group')} of sources, by ${GROUPED_BY[by]}, because no few sources have most of the bytes.</p>`;
  return html`${grouped}<div class="desk">${sankeyChart(report)}</div>${grouped && groupsTable(report)}${pairsTable(report)}`;
}

/** What was asked for comes first: groups with targets, then the groups; sources are in the tables below. */
function groupedSection(report: Report, grouping: NonNullable<Report['grouping']>): Markup {
  return html`<p class="lead">By ${grouping.by}${grouping.known !== undefined && html`: ${unknownLabelText(report)}`}.</p><div class="desk">${sankeyChart(report)}</div>${groupPairsTable(report, grouping)}${labelsTable(report, grouping)}${pairsTable(report)}`;
}

const GROUPED_BY: Readonly<Record<Exclude<SourceGroups['by'], 'source'>, string>> = {
  label: 'what was asked for',
  name: 'what their names begin with',
  zone: 'availability zone',
  subnet: 'subnet',
  block: 'address block',
};

function when(timeline: Timeline, report: Report): Markup {
  const { gateways } = timeline;
  const several = gateways.length > 1 && html`${gatewayCharts(timeline)}`;
  const lead =
    gateways.length === 0 && timeline.threshold !== undefined
      ? 'The threshold is that of a NAT gateway, and these lines are of several interfaces of which none is proven to be one.'
      : findings(timeline);
  return html`${gateways.length <= 1 && html`<p class="lead">${lead}</p>`}${timelineFigure(timeline, report)}${several}${timelineTable(timeline)}`;
}

/** Each gateway against its own threshold: an alarm watches one gateway, and the sum of several says nothing. */
function gatewayCharts(timeline: Timeline): Markup {
  const { gateways, threshold } = timeline;
  const shown = gateways.slice(0, MOST_GATEWAYS);
  const left = gateways.length - shown.length;
  return html`<h3>Each gateway${threshold !== undefined && ' against its threshold'}</h3>
<div class="gateways">${shown.map((gateway) => html`<figure><figcaption><strong>${gateway.name}</strong> ${gatewayFinding(gateway, timeline)}</figcaption>${gatewayChart(gateway, timeline)}</figure>`)}</div>
${left > 0 && html`<p class="note">${counted(left, 'lighter gateway')} not drawn.</p>`}`;
}

function tables(report: Report): Markup {
  return html`<h3>Sources</h3>${sourcesTable(report)}
<h3>Targets</h3>${servicesTable(report)}${domainsTable(report)}${organizationsTable(report)}
<div class="two"><div><h3>Destinations</h3>${destinationsTable(report)}</div><div><h3>Ports</h3>${portsTable(report)}</div></div>
<h3 id="rejects">Refused</h3>${rejectsTable(report)}`;
}
