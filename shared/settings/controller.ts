import { readAlarmRule } from '../gateway/alarm-rule.ts';
import type { Choice } from '../gateway/followed.ts';
import {
  AlarmParameters,
  CentralBucket,
  ContinuousSources,
  DigestAfter,
  DigestHours,
  DnsNames,
  EmailAddress,
  EventBus,
  FirstLinesWait,
  MinimumRecordingTime,
  MonthlyBudget,
  MonthlyRecordingHours,
  NumOfRecordings,
  RecordingTime,
  ReportDelay,
  readBucket,
} from '../stack-parameters.ts';
import { type Environment, SettingsReader } from './settings-reader.ts';
import { LOG_FORMAT, readBoolean, readPrice } from './values.ts';

/** The controller's settings. Times are in milliseconds. */
export interface ControllerSettings {
  readonly stack: string;
  readonly region: string;
  readonly table: string;
  readonly streamArn: string;
  /** What is exported all the time, and the stream of its flow logs, for `natflow doctor`; undefined: nothing. */
  readonly continuous:
    | { readonly sources: readonly string[]; readonly streamArn: string }
    | undefined;
  readonly topicArn: string;
  /** The bus of the facts' events. */
  readonly eventBus: string;
  /** The address that should be subscribed to the topic, for `natflow doctor`. */
  readonly emailAddress: string | undefined;
  /** Whether query logs should come into the archive, for `natflow doctor`. */
  readonly dnsNames: boolean;
  /** Where the reporter writes summaries as well, for `natflow doctor`; undefined: nowhere. */
  readonly centralBucket: string | undefined;
  readonly scheduleGroup: string;
  readonly scheduleRoleArn: string;
  readonly deadLetterArn: string | undefined;
  /** AWS's LogFormat of all recordings; undefined: natflow's own. */
  readonly logFormat: string | undefined;
  readonly logGroup: { readonly arn: string; readonly roleArn: string } | undefined;
  readonly dashboardUrl: string | undefined;
  /** The reporter's function, and the delay between the end of a recording and its report. */
  readonly report: { readonly arn: string; readonly delay: number } | undefined;
  /** The forwarder's function, if it has to be woken when a recording starts. */
  readonly forwarder: string | undefined;
  readonly recordingTime: number;
  readonly minimumRecordingTime: number;
  readonly firstLinesWait: number;
  readonly numOfRecordings: number;
  /** After so many recordings of a gateway within this time, the others are told in one mail; undefined: none is. */
  readonly digest: { readonly after: number; readonly time: number } | undefined;
  /** Which gateways are followed, and what their alarms evaluate; undefined where NatGatewayIds lists ids alone. */
  readonly follows: Choice | undefined;
  /** Whether the macro expanded the stack's template; a rendered template does without it. */
  readonly hasMacro: boolean;
  /** What recording may cost in a calendar month, in US dollars; 0: no limit. */
  readonly monthlyBudget: number;
  /** How long may be recorded in a calendar month, all gateways together; 0: no limit. */
  readonly monthlyRecordingTime: number;
}

const HOUR_MS = 3_600_000;

/**
 * The controller's settings.
 * @throws Error that names every fault at once.
 */
export function controllerSettings(environment: Environment = process.env): ControllerSettings {
  const read = new SettingsReader(environment);
  const arn = read.optional('NATFLOW_LOG_GROUP_ARN');
  const logGroup = arn && { arn, roleArn: read.text('NATFLOW_LOG_GROUP_ROLE_ARN') };
  const reporter = read.optional('NATFLOW_REPORTER_ARN');
  const delay = read.wholeNumber(ReportDelay);
  const [after, hours] = [read.wholeNumber(DigestAfter), read.wholeNumber(DigestHours)];
  // A digest sums up reports.
  const isDigested = after > 0 && reporter !== undefined;
  const settings: ControllerSettings = {
    stack: read.text('NATFLOW_STACK'),
    region: read.text('AWS_REGION'),
    table: read.text('NATFLOW_TABLE'),
    streamArn: read.text('NATFLOW_STREAM_ARN'),
    continuous: readContinuous(read),
    topicArn: read.text('NATFLOW_TOPIC_ARN'),
    eventBus: read.optional(EventBus.variable) ?? EventBus.default,
    emailAddress: read.optional(EmailAddress.variable),
    dnsNames: read.parsed(DnsNames, readBoolean) ?? false,
    centralBucket: read.parsed(CentralBucket, readBucket),
    scheduleGroup: read.text('NATFLOW_SCHEDULE_GROUP'),
    scheduleRoleArn: read.text('NATFLOW_SCHEDULE_ROLE_ARN'),
    deadLetterArn: read.optional('NATFLOW_DEAD_LETTER_ARN'),
    logFormat: read.optional(LOG_FORMAT.variable),
    logGroup: logGroup || undefined,
    dashboardUrl: read.optional('NATFLOW_DASHBOARD_URL'),
    report: reporter === undefined ? undefined : { arn: reporter, delay: 1000 * delay },
    forwarder: read.optional('NATFLOW_FORWARDER_ARN'),
    recordingTime: 1000 * read.wholeNumber(RecordingTime),
    minimumRecordingTime: 1000 * read.wholeNumber(MinimumRecordingTime),
    firstLinesWait: 1000 * read.wholeNumber(FirstLinesWait),
    numOfRecordings: read.wholeNumber(NumOfRecordings),
    digest: isDigested ? { after, time: HOUR_MS * hours } : undefined,
    follows: readFollows(read),
    hasMacro: read.parsed(HAS_MACRO, readBoolean) ?? true,
    monthlyBudget: read.parsed(MonthlyBudget, readPrice) ?? 0,
    monthlyRecordingTime: HOUR_MS * read.wholeNumber(MonthlyRecordingHours),
  };
  read.finish();
  return settings;
}

/** No parameter: `natflow render` sets it. */
const HAS_MACRO = { variable: 'NATFLOW_MACRO', default: 'true' } as const;

function readFollows(read: SettingsReader): ControllerSettings['follows'] {
  const natGatewayIds = read.optional('NATFLOW_NAT_GATEWAY_IDS');
  if (natGatewayIds === undefined) return undefined;
  const textOf = (name: keyof typeof AlarmParameters) =>
    read.optional(AlarmParameters[name].variable) ?? '';
  return { natGatewayIds, rule: readAlarmRule(textOf, (fault) => read.complain(fault)) };
}

function readContinuous(read: SettingsReader): ControllerSettings['continuous'] {
  const streamArn = read.optional('NATFLOW_CONTINUOUS_STREAM_ARN');
  if (streamArn === undefined) return undefined;
  const sources = read.text(ContinuousSources.variable).split(',');
  return { sources: sources.map((id) => id.trim()).filter((id) => id !== ''), streamArn };
}
