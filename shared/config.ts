import { LEGS, type Legs } from './flow/legs.ts';
import { type Format, parseFormat } from './flowlog/format.ts';
import { type CollectorAddress, parseCollectors } from './netflow/collectors.ts';
import type { Version } from './netflow/exporter.ts';
import {
  DEFAULT_PORTS,
  OPTIONS_PARTS,
  type OptionsParts,
  parseVersion,
} from './netflow/protocol.ts';
import { type ExportSession, udpSession } from './netflow/session.ts';
import { type Environment, SettingsReader } from './settings-reader.ts';
import {
  Collectors,
  ContinuousSources,
  DnsNames,
  DomainBase,
  EmailAddress,
  ExporterOptions,
  FirstLinesWait,
  FlowLogBucketLegs,
  FlowRate,
  GroupBy,
  Legs as LegsParameter,
  MinimumRecordingTime,
  MonthlyBudget,
  MonthlyRecordingHours,
  NatPrice,
  NetFlowVersion,
  NumOfRecordings,
  RecordingTime,
  ReportDelay,
  readLabel,
} from './stack-parameters.ts';

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
  /** The address that should be subscribed to the topic, for `natflow doctor`. */
  readonly emailAddress: string | undefined;
  /** Whether query logs should come into the archive, for `natflow doctor`. */
  readonly dnsNames: boolean;
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
  /** What recording may cost in a calendar month, in US dollars; 0: no limit. */
  readonly monthlyBudget: number;
  /** How long may be recorded in a calendar month, all gateways together; 0: no limit. */
  readonly monthlyRecordingTime: number;
}

/** The reporter's settings. */
export interface ReporterSettings {
  readonly stack: string;
  readonly region: string;
  /** The archive bucket. */
  readonly bucket: string;
  readonly topicArn: string;
  /** The fields of the lines in the archive; undefined: they are recognised. */
  readonly format: Format | undefined;
  /** US dollars per GiB; undefined: the region's list price. */
  readonly natPerGib: number | undefined;
  /** What reports are grouped by; undefined: nothing. */
  readonly groupBy: string | undefined;
  readonly dashboardUrl: string | undefined;
  /** Where AWS's address ranges are read; undefined: nowhere. */
  readonly ipRangesUrl: string | undefined;
}

/** Settings of the export that forwarder and replayer share. */
export interface ExportSettings {
  readonly stack: string;
  /** The execution environment's name. */
  readonly environment: string;
  readonly collectors: readonly CollectorAddress[];
  readonly version: Version;
  readonly legs: Legs;
  /** The fields of lines without a header; undefined: they are recognised. */
  readonly format: Format | undefined;
  /** Flow records per second of this environment; undefined: unlimited. */
  readonly rate: number | undefined;
  readonly optionsParts: OptionsParts;
  readonly session: ExportSession;
  /** The table of the exporter slots; undefined: sequence numbers are kept in memory only. */
  readonly table: string | undefined;
  readonly domainBase: number;
}

/** The forwarder's settings. Without collectors it only feeds the archive. */
export type ForwarderSettings = ExportSettings;

/** The replayer's settings. */
export interface ReplayerSettings extends ExportSettings {
  /** Whether the legs were chosen for the bucket; else all flows are sent, and nothing is deleted. */
  readonly isToldLegs: boolean;
  /** Whether an object is deleted after all its flows were sent to every collector. */
  readonly deleteAfterSuccess: boolean;
}

/** Firehose has at most this many invocations of a shard in flight, so that they share the rate. */
const FORWARDERS = 5;
/** MaximumConcurrency of the replayer's queue in template.yaml. */
const REPLAYERS = 2;

const HOUR_MS = 3_600_000;

/* Variables that are set by hand; the template has no parameters for them. */
const LOG_FORMAT = { variable: 'NATFLOW_LOG_FORMAT', default: '' };
const DELETE_AFTER_SUCCESS = { variable: 'NATFLOW_DELETE_AFTER_SUCCESS', default: 'false' };

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
  const settings: ControllerSettings = {
    stack: read.text('NATFLOW_STACK'),
    region: read.text('AWS_REGION'),
    table: read.text('NATFLOW_TABLE'),
    streamArn: read.text('NATFLOW_STREAM_ARN'),
    continuous: readContinuous(read),
    topicArn: read.text('NATFLOW_TOPIC_ARN'),
    emailAddress: read.optional(EmailAddress.variable),
    dnsNames: read.parsed(DnsNames, readBoolean) ?? false,
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
    monthlyBudget: read.parsed(MonthlyBudget, readPrice) ?? 0,
    monthlyRecordingTime: HOUR_MS * read.wholeNumber(MonthlyRecordingHours),
  };
  read.finish();
  return settings;
}

/**
 * The forwarder's settings.
 * @throws Error that names every fault at once.
 */
export function forwarderSettings(environment: Environment = process.env): ForwarderSettings {
  const read = new SettingsReader(environment);
  const settings = readExport(read, LegsParameter, FORWARDERS);
  read.finish();
  return settings;
}

/**
 * The replayer's settings.
 * @throws Error that names every fault at once.
 */
export function replayerSettings(environment: Environment = process.env): ReplayerSettings {
  const read = new SettingsReader(environment);
  read.text(Collectors.variable);
  const settings = {
    ...readExport(read, FlowLogBucketLegs, REPLAYERS),
    isToldLegs: read.optional(FlowLogBucketLegs.variable) !== undefined,
    deleteAfterSuccess: read.parsed(DELETE_AFTER_SUCCESS, readBoolean) ?? false,
  };
  read.finish();
  return settings;
}

/**
 * The reporter's settings.
 * @throws Error that names every fault at once.
 */
export function reporterSettings(environment: Environment = process.env): ReporterSettings {
  const read = new SettingsReader(environment);
  const settings: ReporterSettings = {
    stack: read.text('NATFLOW_STACK'),
    region: read.text('AWS_REGION'),
    bucket: read.text('NATFLOW_ARCHIVE'),
    topicArn: read.text('NATFLOW_TOPIC_ARN'),
    format: readFormat(read),
    natPerGib: read.parsed(NatPrice, readPrice),
    groupBy: read.parsed(GroupBy, readLabel),
    dashboardUrl: read.optional('NATFLOW_DASHBOARD_URL'),
    ipRangesUrl: read.optional('NATFLOW_IP_RANGES_URL'),
  };
  read.finish();
  return settings;
}

/** Sets AWS's region and profile for this process and its children. What is undefined stays as configured. */
export function useAccount({
  region,
  profile,
}: {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}): void {
  if (region !== undefined) process.env['AWS_REGION'] = region;
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
}

function readExport(
  read: SettingsReader,
  legs: typeof LegsParameter | typeof FlowLogBucketLegs,
  environments: number,
): ExportSettings {
  const version = read.parsed(NetFlowVersion, parseVersion) ?? 5;
  return {
    stack: read.optional('NATFLOW_STACK') ?? 'natflow',
    environment: read.optional('AWS_LAMBDA_LOG_STREAM_NAME') ?? `process ${process.pid}`,
    collectors:
      read.parsed(Collectors, (text) =>
        text === '' ? [] : parseCollectors(text, DEFAULT_PORTS[version]),
      ) ?? [],
    version,
    legs: read.parsed(legs, oneOf(LEGS)) ?? legs.default,
    format: readFormat(read),
    rate: read.parsed(FlowRate, (text) => readRate(text, environments)),
    optionsParts: read.parsed(ExporterOptions, oneOf(OPTIONS_PARTS)) ?? ExporterOptions.default,
    session: readSession(read, version),
    table: read.optional('NATFLOW_TABLE'),
    domainBase: read.wholeNumber(DomainBase),
  };
}

function readContinuous(read: SettingsReader): ControllerSettings['continuous'] {
  const streamArn = read.optional('NATFLOW_CONTINUOUS_STREAM_ARN');
  if (streamArn === undefined) return undefined;
  const sources = read.text(ContinuousSources.variable).split(',');
  return { sources: sources.map((id) => id.trim()).filter((id) => id !== ''), streamArn };
}

/** The variable is set by tests, and by hand; the template has no parameter for it. */
function readSession(read: SettingsReader, version: Version): ExportSession {
  const session = udpSession(version);
  const templateEveryPackets = read.wholeNumber({
    variable: 'NATFLOW_TEMPLATE_EVERY',
    default: session.templateEveryPackets,
    minimum: 1,
    maximum: 1_000_000,
  });
  return { ...session, templateEveryPackets };
}

function readFormat(read: SettingsReader): Format | undefined {
  return read.parsed(LOG_FORMAT, (text) => (text ? parseFormat(text) : undefined));
}

function readPrice(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d{1,6}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new RangeError(`"${text}" is not an amount of dollars`);
}

function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new RangeError(`"${text}" is not one of ${words.join(', ')}`);
    return word;
  };
}

/** The share of an environment. */
function readRate(text: string, environments: number): number | undefined {
  if (text === 'max') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text) / environments;
  throw new RangeError(`"${text}" is not flow records per second, or max`);
}

function readBoolean(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new RangeError(`"${text}" is not true or false`);
}
