import * as v from 'valibot';
import { readShape } from '../read-shape.ts';
import type { MonthReport } from '../report/model/month.ts';
import type { Report } from '../report/model/report.ts';
import { COLLECTED, ENDED_RECORDING, PLAIN_ID } from './ended-recording.ts';

const MONTH = v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month like 2026-11'));

const COMMAND = v.variant('command', [
  v.object({ command: v.literal('report'), recording: ENDED_RECORDING }),
  v.object({ command: v.literal('look'), recording: ENDED_RECORDING }),
  v.object({ command: v.literal('digest'), collected: COLLECTED }),
  v.object({ command: v.literal('list'), month: v.optional(MONTH) }),
  v.object({ command: v.literal('show'), id: PLAIN_ID }),
  v.object({ command: v.literal('month'), month: v.optional(MONTH) }),
  v.object({ command: v.literal('share') }),
]);

/**
 * What the reporter is invoked with: `report` and `digest` by the controller's schedules, `month` and `share` by those of
 * the stack, the others by hand. `look` measures a recording that goes on, until the end it is given, and keeps and
 * mails nothing. `month` reports and mails a month, the last one unless it is named. `share` writes to CentralBucket
 * what it lacks.
 */
export type ReporterCommand = v.InferOutput<typeof COMMAND>;

const OVERVIEW = v.object({
  id: v.string(),
  gateway: v.string(),
  /** ISO 8601, of the first packet; absent when there was none. */
  start: v.optional(v.string()),
  seconds: v.number(),
  bytes: v.number(),
  /** The headline. */
  summary: v.string(),
  /** Dollars that the bytes cost at the gateway; null when they are not proven to have gone through one. */
  cost: v.nullable(v.number()),
  /** Dollars that recording them cost. */
  recordingCost: v.number(),
});

/** A recording in one line of a list. */
export type Overview = v.InferOutput<typeof OVERVIEW>;

const PROGRESS = v.object({
  /** Flows of the gateway, of both legs. */
  flows: v.number(),
  /** ISO 8601, of the first packet; absent without a flow. */
  start: v.optional(v.string()),
  /** Seconds from the first packet to the last. */
  seconds: v.number(),
  /** Bytes of the private leg. */
  bytes: v.number(),
  /** What CloudWatch metered, and the share of it in percent that the flows explain; absent without metrics. */
  meteredBytes: v.optional(v.number()),
  percent: v.optional(v.number()),
});

/** What is in the archive of a recording that goes on. */
export type Progress = v.InferOutput<typeof PROGRESS>;

/** The members without which a report cannot be rendered; the file is natflow's own, and has many more. */
const MEMBERS = [
  'gateway',
  'headline',
  'records',
  'totals',
  'sources',
  'services',
  'links',
  'cost',
  'advice',
];

const REPORT = v.custom<Report>(
  (value) =>
    typeof value === 'object' && value !== null && MEMBERS.every((member) => member in value),
  "natflow's report.json",
);

/** Members without which a month cannot be rendered; it has many more. */
const MONTH_MEMBERS = [
  'month',
  'gateways',
  'sources',
  'targets',
  'endpoints',
  'natflow',
  'missing',
];

const MONTH_REPORT = v.custom<MonthReport>(
  (value) =>
    typeof value === 'object' && value !== null && MONTH_MEMBERS.every((name) => name in value),
  'the report of a month',
);

const ANSWER = v.object({
  /** The newest first. */
  recordings: v.optional(v.array(OVERVIEW)),
  /** How many are not listed: older ones, and those whose report is of another release. */
  notListed: v.optional(v.number()),
  /** What the recordings of a month come to: of `month`, and of a `list` of one. */
  month: v.optional(MONTH_REPORT),
  /** Whether `month` sent a mail. */
  mailed: v.optional(v.boolean()),
  /** What `look` found. */
  progress: v.optional(PROGRESS),
  /** The report that was asked for, if there is one; `link` opens its page for some hours. */
  shown: v.optional(v.object({ report: REPORT, html: v.string(), link: v.string() })),
});

/** What the reporter answers. */
export type ReporterAnswer = v.InferOutput<typeof ANSWER>;

/** Checks a command. @throws ShapeError naming the first member that is wrong. */
export function readReporterCommand(value: unknown): ReporterCommand {
  return readShape(COMMAND, value, 'request for a report');
}

/** Checks an answer. @throws ShapeError naming the first member that is wrong. */
export function readReporterAnswer(value: unknown): ReporterAnswer {
  return readShape(ANSWER, value, "the reporter's answer");
}

/** Checks a report.json. @throws ShapeError when it is not one; Error when it is not JSON. */
export function readReport(text: string): Report {
  return readShape(REPORT, JSON.parse(text), 'report');
}
