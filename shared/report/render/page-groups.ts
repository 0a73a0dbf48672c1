import { NO_DOMAIN } from '../model/domains.ts';
import { groupText } from '../model/group-by.ts';
import { sourceName } from '../model/labels.ts';
import { organizationText } from '../model/organizations.ts';
import type { DomainRow, OrganizationRow, Report } from '../model/report.ts';
import { allAmounts } from './amounts.ts';
import { html, type Markup } from './markup.ts';
import { type Column, errorNote, pageTable } from './page-table.ts';
import { amountColumns, csvLink, sourcePick, swatch, unitOf } from './page-tables.ts';
import { colourOfLabel, pick } from './pick.ts';

/** The table of domain names; nothing where there are no query logs. */
export function domainsTable(report: Report): Markup | undefined {
  const { domains } = report;
  if (domains === undefined) return undefined;
  const unit = unitOf(report);
  const columns: Column<DomainRow>[] = [
    {
      kind: 'name',
      head: 'Domain',
      cell: ({ domain }) =>
        pick('domain', domain ?? NO_DOMAIN, html`<bdi>${domain ?? NO_DOMAIN}</bdi>`),
    },
    ...amountColumns(report, unit),
  ];
  return html`<h3>Domains</h3>${pageTable({
    ...{ id: 'domains-table', label: 'Targets by domain' },
    caption: "Registrable domains, by the query logs of the VPC's resolver",
    ...{ columns, rows: domains.rows, others: domains.others, sum: allAmounts(report) },
  })}${errorNote(domains, unit)}${csvLink(report, 'domains')}`;
}

/** The table of autonomous systems; nothing where there is no database of them. */
export function organizationsTable(report: Report): Markup | undefined {
  const { organizations } = report;
  if (organizations === undefined) return undefined;
  const unit = unitOf(report);
  const columns: Column<OrganizationRow>[] = [
    {
      ...{ kind: 'name', head: 'Organisation' },
      cell: (row) =>
        pick('organization', organizationText(row), html`<bdi>${organizationText(row)}</bdi>`),
    },
    ...amountColumns(report, unit),
  ];
  const { source } = report.naming?.organizations ?? {};
  return html`<h3>Organisations</h3>${pageTable({
    ...{ id: 'organizations-table', label: 'Targets by organisation' },
    caption: `Whose addresses they are, by AS number, as ${source} says`,
    ...{ columns, rows: organizations.rows, others: organizations.others },
    sum: allAmounts(report),
  })}${errorNote(organizations, unit)}${csvLink(report, 'organizations')}`;
}

/** The name of a group, which filters. */
function labelPick(name: string): Markup {
  return pick('label', name, html`<bdi>${name}</bdi>`);
}

type Grouping = NonNullable<Report['grouping']>;

/** The table of groups: the labels of what the report is grouped by. */
export function labelsTable(report: Report, { by, of, groups }: Grouping): Markup {
  const unit = unitOf(report);
  const rows = groups.rows.map((row) => ({
    ...row,
    group: colourOfLabel(report.sourceGroups, groupText(row.label, by)),
  }));
  const columns: Column<(typeof rows)[number]>[] = [
    {
      kind: 'name',
      head: by,
      cell: ({ label, group }) =>
        html`${of === 'sources' && swatch(group)}${labelPick(groupText(label, by))}`,
    },
    ...amountColumns(report, unit),
  ];
  return html`${pageTable({
    ...{ id: 'labels-table', label: `Groups by ${by}` },
    caption: `All ${of} by ${by}`,
    ...{ columns, rows, others: groups.others, sum: allAmounts(report) },
  })}${errorNote(groups, unit)}${csvLink(report, 'groups')}`;
}

/** The heaviest pairs of a group and what it exchanged bytes with. */
export function groupPairsTable(report: Report, { by, of, pairs }: Grouping): Markup {
  const unit = unitOf(report);
  const sources = [...report.sources.rows, ...report.pairs.rows];
  const rows = pairs.rows.map((row) => {
    const source = sources.find((each) => sourceName(each) === row.from);
    const group = of === 'sources' ? colourOfLabel(report.sourceGroups, row.from) : source?.group;
    return { ...row, source, group };
  });
  const columns: Column<(typeof rows)[number]>[] = [
    {
      kind: 'name',
      head: of === 'sources' ? `${by} → target` : `Source → ${by}`,
      cell: ({ from, to, group, source }) =>
        of === 'sources'
          ? html`${swatch(group)}${labelPick(from)} → ${pick('target', to, html`<bdi>${to}</bdi>`)}`
          : html`${swatch(group)}${source === undefined ? html`<bdi>${from}</bdi>` : sourcePick(source)} → ${labelPick(to)}`,
    },
    ...amountColumns(report, unit),
  ];
  return html`${pageTable({
    ...{ id: 'group-pairs-table', label: `Heaviest pairs by ${by}` },
    caption: `The heaviest pairs by ${by}, over all ports`,
    ...{ columns, rows, others: pairs.others, sum: allAmounts(report) },
  })}${errorNote(pairs, unit)}${csvLink(report, 'group_pairs')}`;
}
