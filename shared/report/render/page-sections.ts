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
import { findings, gatewayFinding, heaviestText, timelineTable } from './timeline-text.ts';

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
  if (report.totals.forwarded.flows === 0) return sectionsOfNothing(report);
  const { pairs, times, tables } = filteredSections(report);
  return [
    pairs,
    { id: 'fixes', name: 'What stops it', body: html`${whole()}${fixesSection(report)}` },
    ...(times === undefined ? [] : [times]),
    { id: 'trust', name: 'Can I trust it', body: html`${whole()}${trustSection(report)}` },
    tables,
  ];
}

/** Those that follow the page's filters. */
interface FilteredSections {
  readonly pairs: Section;
  readonly times: Section | undefined;
  readonly tables: Section;
}

/** The parts of the page that follow its filters. */
export function filteredSections(report: Report): FilteredSections {
  const { timeline } = report;
  if (report.totals.forwarded.flows === 0) return sectionsOfNone(timeline !== undefined);
  return {
    pairs: { id: 'pairs', name: 'Who, to what', body: pairsSection(report) },
    times: timeline && { id: 'when', name: 'When', body: when(timeline, report) },
    tables: { id: 'tables', name: 'All tables', body: tables(report) },
  };
}

function sectionsOfNone(hasTimes: boolean): FilteredSections {
  const body = html`<p>Nothing matches these filters.</p>`;
  return {
    pairs: { id: 'pairs', name: 'Who, to what', body },
    times: hasTimes ? { id: 'when', name: 'When', body } : undefined,
    tables: { id: 'tables', name: 'All tables', body },
  };
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
      : [...findings(timeline), ...(gateways.length === 0 ? [heaviestText(timeline)] : [])].join(
          ' ',
        );
  return html`${gateways.length <= 1 && html`<p class="lead">${lead}</p>`}${timelineFigure(timeline, report)}${several}${timelineTable(timeline)}`;
}

/** What is not filtered says so, where something is. */
function whole(): Markup {
  return html`<p class="note whole">Of the whole report, not of the filter.</p>`;
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
<h3>Destinations</h3>${destinationsTable(report)}
<h3>Ports</h3>${portsTable(report)}
<h3 id="rejects">Refused</h3>${whole()}${rejectsTable(report)}`;
}
