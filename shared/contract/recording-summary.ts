import * as v from 'valibot';
import { readShape } from '../read-shape.ts';
import { PLAIN_ID } from './ended-recording.ts';

/**
 * The layout of a recording's summary. A release that changes what a member means, or drops one, raises it; members
 * that are added do not. docs/month.md lists them.
 */
export const SUMMARY_SCHEMA = 1;

/** A summary of a newer release. */
export class NewerSummary extends Error {}

const DOLLARS = v.nullable(v.number());
const TEXT = v.nullable(v.string());
const TIME = v.pipe(v.string(), v.isoTimestamp('a time like 2026-11-22T10:14:30.000Z'));

/** Rows of a report's table, the largest first. */
const tableOf = <const Members extends v.ObjectEntries>(members: Members) =>
  v.object({
    rows: v.array(v.object({ ...members, bytes: v.number(), dollars: DOLLARS })),
    /** The rows that the report has not, or not all of: how many at least, and their bytes. */
    others: v.object({ count: v.number(), bytes: v.number() }),
    /** The most bytes that a row can be too low. */
    error: v.number(),
  });

const REPORT = v.object({
  written: TIME,
  headline: v.object({ text: v.string(), source: TEXT, name: TEXT, target: TEXT }),
  /** The first and last packet; null when no line has a time. */
  first: v.nullable(TIME),
  last: v.nullable(TIME),
  seconds: v.number(),
  /** Forwarded bytes, each once, and the flows that they are of. */
  bytes: v.number(),
  flows: v.number(),
  /** US dollars that the bytes cost at the gateway; null when they are not proven to have gone through one. */
  dollars: DOLLARS,
  /** Bytes that CloudWatch metered, and the share of them in percent that the flows explain; null where not known. */
  metered: v.nullable(v.number()),
  explained: v.nullable(v.number()),
  /** Objects of the archive that could not be read to their end. */
  unread: v.number(),
  /** US dollars that the delivery of the lines cost. */
  recording: v.number(),
  /** US dollars that free gateway endpoints would have saved, and each of these endpoints. */
  savings: v.number(),
  endpoints: v.array(
    v.object({
      service: v.string(),
      /** Empty where it is not known. */
      vpc: v.string(),
      dollars: v.number(),
      /** What the saving assumes; null: nothing. */
      assumption: TEXT,
    }),
  ),
  sources: tableOf({ address: v.string(), id: TEXT, name: TEXT }),
  /** AWS's services, by the names that reports give them. */
  services: tableOf({ target: v.string() }),
  /** All other targets, by the name that was asked for, or else their address. */
  peers: tableOf({ target: v.string() }),
});

const SUMMARY = v.object({
  schema: v.number(),
  /** The release of natflow that wrote it. */
  natflow: v.string(),
  id: PLAIN_ID,
  stack: v.string(),
  account: v.pipe(v.string(), v.regex(/^\d{12}$/, 'the number of an account')),
  region: v.string(),
  /** The gateway's id, and its Name tag. */
  gateway: v.string(),
  name: TEXT,
  /** When the alarm was raised; null of a recording by hand. */
  alarm: v.nullable(TIME),
  /** When the flow log was created, and when it was deleted. */
  begun: TIME,
  ended: TIME,
  /** null while there is no report of the recording. */
  report: v.nullable(REPORT),
  /** Where the report's page and its JSON lie, `s3://bucket/key`. */
  links: v.object({ page: v.string(), json: v.string() }),
});

/**
 * A recording in one object, for sums over recordings, regions and accounts. All names of members are single words in
 * small letters, because Athena's columns have no others.
 */
export type RecordingSummary = v.InferOutput<typeof SUMMARY>;

/** What the report of a recording says, for its summary. */
export type SummaryReport = v.InferOutput<typeof REPORT>;

/** The key of a summary below a prefix; partitions as Hive names them. A month is that of the recording's id, in UTC. */
export function summaryKey({
  id,
  month,
  account,
  region,
}: Pick<RecordingSummary, 'id' | 'account' | 'region'> & { readonly month: string }): string {
  return `${summaryFolder(month)}account=${account}/region=${region}/${id}.json`;
}

/** The folder of the summaries of a month, `2026-11`; without one, of all. */
export function summaryFolder(month?: string): string {
  if (month === undefined) return 'recordings/';
  return `recordings/year=${month.slice(0, 4)}/month=${month.slice(5)}/`;
}

/** A summary as text: one line of JSON, which is what Athena reads as one row. */
export function writeSummary(summary: RecordingSummary): string {
  return `${JSON.stringify(summary)}\n`;
}

/**
 * Reads a summary of this release or an earlier one.
 * @throws NewerSummary when its schema is newer; ShapeError, SyntaxError when it is none.
 */
export function readSummary(text: string): RecordingSummary {
  const value: unknown = JSON.parse(text);
  const { schema } = readShape(v.object({ schema: v.number() }), value, 'summary');
  if (schema > SUMMARY_SCHEMA) {
    throw new NewerSummary(
      `the summary has schema ${schema}, and this natflow reads up to ${SUMMARY_SCHEMA}`,
    );
  }
  return readShape(SUMMARY, value, 'summary');
}
