import { shownName } from '../../text/shorten.ts';
import { percent, size } from '../../text/units.ts';
import { NO_DOMAIN } from '../model/domains.ts';
import { groupText } from '../model/group-by.ts';
import { besideName, serviceName, sourceName } from '../model/labels.ts';
import { organizationText } from '../model/organizations.ts';
import type { Report, Row, SourceRow, Table } from '../model/report.ts';

const MOST_SOURCES = 3;
const MOST_OTHERS = 5;

/** A list of the heaviest rows of a table, and what they are. */
export interface Heaviest {
  readonly head: string;
  readonly text: string;
}

/** Who, and with what: sources, groups of them where the report is grouped, services; domains and organisations if known. */
export function heaviestOf(report: Report): Heaviest[] {
  return [
    { head: 'Sources', text: sourcesText(report.sources) },
    ...groupsOf(report),
    { head: 'Targets', text: listText(report.services, ({ service }) => serviceName(service)) },
    ...domainsOf(report),
    ...organizationsOf(report),
  ];
}

function groupsOf({ grouping }: Report): Heaviest[] {
  if (grouping?.of !== 'sources') return [];
  const { by, groups } = grouping;
  const text = listText(groups, ({ label }) => shownName(groupText(label, by)));
  return [{ head: `By ${shownName(by)}`, text }];
}

function domainsOf({ domains }: Report): Heaviest[] {
  if (domains === undefined) return [];
  return [
    { head: 'Domains', text: listText(domains, ({ domain }) => shownName(domain ?? NO_DOMAIN)) },
  ];
}

function organizationsOf({ organizations }: Report): Heaviest[] {
  if (organizations === undefined) return [];
  const text = listText(organizations, (row) => shownName(organizationText(row)));
  return [{ head: 'Organisations', text }];
}

function sourcesText(sources: Report['sources']): string {
  const nameOf = (row: SourceRow) =>
    [
      sourceName(row),
      ...besideName(row)
        .slice(-1)
        .map((text) => `(${text})`),
    ].join(' ');
  const doubt = sources.error > 0 ? ` (a source may lack up to ${size(sources.error)})` : '';
  return `${listText(sources, nameOf, MOST_SOURCES)}${doubt}`;
}

function listText<R extends Row>(
  { rows }: Table<R>,
  nameOf: (row: R) => string,
  most = MOST_OTHERS,
): string {
  const shown = rows.slice(0, most);
  return shown.map((row) => `${nameOf(row)} ${size(row.bytes)}, ${percent(row.share)}`).join('; ');
}
