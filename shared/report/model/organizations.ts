import { NOT_LOOKED_UP } from '../../names/asn.ts';
import type { AsnDatabase } from '../../names/asn-database.ts';
import { counted, percent } from '../../text/units.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { BYTES, FLOWS } from '../measure/flow-tables.ts';
import type { OrganizationRow, Table } from './report.ts';
import { type Amount, amountOf, type Basis, toTable } from './tables.ts';

type Organization = Pick<OrganizationRow, 'of' | 'asn' | 'organization'>;

/** What stands for peers without an AS number. */
export const NO_ASN = 'no AS number found';
const OTHERS: Readonly<Record<Exclude<Organization['of'], 'as'>, string>> = {
  aws: 'AWS services',
  private: 'private addresses',
  none: NO_ASN,
};

/** Bytes of peers that were looked up, and of those whose AS number was found. */
export interface NamedOrganizations {
  readonly bytes: number;
  /** Of all bytes, and of those that were looked up, 0 to 1. */
  readonly share: number;
  readonly shareOfLookedUp: number;
  /** The database: its type and date. */
  readonly source: string;
  /** How often the database had a record that cannot be read. */
  readonly unreadable: number;
}

/** The bytes of each autonomous system; undefined where there is no database. */
export function organizationsTable(
  { asns, tables }: Aggregate,
  basis: Basis,
): Table<OrganizationRow> | undefined {
  if (asns === undefined) return undefined;
  const hitters = tables.asns;
  const rows = hitters.ranked(FLOWS).map((entry): Organization & Amount => ({
    ...organizationOf(hitters.keyOf(entry)[0] ?? 0, asns),
    ...amountOf(hitters, entry),
  }));
  const { dropped, error } = hitters;
  const count = Math.max(0, rows.length - basis.top);
  return toTable(rows.slice(0, basis.top), { count, isAtLeast: dropped > 0, error }, basis);
}

/** What a word of a key says, in which AS numbers above 2^31 are negative. */
function organizationOf(word: number, asns: AsnDatabase): Organization {
  const asn = word >>> 0;
  const none = { asn: null, organization: null };
  if (asn === 0) return { of: 'none', ...none };
  if (asn === NOT_LOOKED_UP.aws) return { of: 'aws', ...none };
  if (asn === NOT_LOOKED_UP.private) return { of: 'private', ...none };
  return { of: 'as', asn, organization: asns.organizationOf(asn) || null };
}

/** A row in words: `Example Net (AS64500)`. */
export function organizationText({ of, asn, organization }: Organization): string {
  if (of !== 'as') return OTHERS[of];
  return organization === null ? `AS${asn}` : `${organization} (AS${asn})`;
}

/** What groups by AS are called; undefined for peers without a number. */
export function organizationLabel(word: number, asns: AsnDatabase): string | undefined {
  const found = organizationOf(word, asns);
  return found.of === 'none' ? undefined : organizationText(found);
}

/** How much of all bytes has an AS number; undefined where there is no database. */
export function namedOrganizations(
  { asns, tables }: Aggregate,
  all: number,
): NamedOrganizations | undefined {
  if (asns === undefined) return undefined;
  let [bytes, lookedUp] = [0, 0];
  for (const entry of tables.asns.entries()) {
    const { of } = organizationOf(tables.asns.keyOf(entry)[0] ?? 0, asns);
    const sum = tables.asns.value(entry, BYTES);
    if (of === 'as') bytes += sum;
    if (of === 'as' || of === 'none') lookedUp += sum;
  }
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    ...{ bytes, share: share(bytes, all), shareOfLookedUp: share(bytes, lookedUp) },
    ...{ source: asns.title, unreadable: asns.unreadable },
  };
}

/** How much has an AS number; a sentence without its full stop. */
export function organizationsText(named: NamedOrganizations): string {
  const { share, shareOfLookedUp, source, unreadable } = named;
  const damaged = unreadable > 0 ? `; ${counted(unreadable, 'record')} of it cannot be read` : '';
  return `${percent(share)} of the bytes are of targets with an AS number, ${percent(shareOfLookedUp)} of those of targets that are neither private nor named as AWS's, by ${source}${damaged}`;
}
