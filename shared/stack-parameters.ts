/** A whole-number parameter of the stack, and the environment variable that hands it to a function. */
export interface NumberParameter {
  readonly variable: string;
  readonly default: number;
  readonly minimum: number;
  /** Left out where any larger number is meaningful. */
  readonly maximum?: number;
}

/** A text parameter of the stack, and the environment variable that hands it to a function. */
export interface TextParameter {
  readonly variable: string;
  readonly default: string;
}

/*
 * Defaults and limits of the stack's whole-number parameters, each by itself: a function bundles those that it
 * reads. CloudFormation cannot read them from here, so template.yaml repeats them, and
 * tests/template/parameters.test.ts compares the two. Times are in seconds.
 */

/** 0: a recording lasts until its spike is over. */
export const RecordingTime = {
  variable: 'NATFLOW_RECORDING_TIME',
  default: 900,
  minimum: 0,
  maximum: 86_400,
} as const satisfies NumberParameter;

export const MinimumRecordingTime = {
  variable: 'NATFLOW_MINIMUM_RECORDING_TIME',
  default: 120,
  minimum: 0,
  maximum: 3600,
} as const satisfies NumberParameter;

/** How long a recording waits for its first lines before RecordingTime and the end of the spike count. */
export const FirstLinesWait = {
  variable: 'NATFLOW_FIRST_LINES_WAIT',
  default: 900,
  minimum: 0,
  maximum: 3600,
} as const satisfies NumberParameter;

/** 0: no limit. */
export const NumOfRecordings = {
  variable: 'NATFLOW_NUM_OF_RECORDINGS',
  default: 10,
  minimum: 0,
} as const satisfies NumberParameter;

/** Of all gateways together, in a calendar month. 0: no limit. */
export const MonthlyRecordingHours = {
  variable: 'NATFLOW_MONTHLY_RECORDING_HOURS',
  default: 0,
  minimum: 0,
} as const satisfies NumberParameter;

export const ReportDelay = {
  variable: 'NATFLOW_REPORT_DELAY',
  default: 600,
  minimum: 60,
  maximum: 3600,
} as const satisfies NumberParameter;

/** How many recordings of a gateway are told one by one within DigestHours. 0: all. */
export const DigestAfter = {
  variable: 'NATFLOW_DIGEST_AFTER',
  default: 3,
  minimum: 0,
} as const satisfies NumberParameter;

export const DigestHours = {
  variable: 'NATFLOW_DIGEST_HOURS',
  default: 12,
  minimum: 1,
  maximum: 168,
} as const satisfies NumberParameter;

/** The maximum leaves room for the slots below the domains that are derived from names. */
export const DomainBase = {
  variable: 'NATFLOW_DOMAIN_BASE',
  default: 0,
  minimum: 0,
  maximum: 32_000,
} as const satisfies NumberParameter;

/** All whole-number parameters, by their names in the template. */
export const NUMBER_PARAMETERS = {
  RecordingTime,
  MinimumRecordingTime,
  FirstLinesWait,
  NumOfRecordings,
  MonthlyRecordingHours,
  ReportDelay,
  DigestAfter,
  DigestHours,
  DomainBase,
};

/** Defaults of the stack's text parameters, compared with template.yaml by the same test. */
export const NetFlowVersion = { variable: 'NATFLOW_VERSION', default: '5' } as const;
export const Legs = { variable: 'NATFLOW_LEGS', default: 'private' } as const;
/** Of the replayer: files in a bucket need not be a NAT gateway's. */
export const FlowLogBucketLegs = { variable: 'NATFLOW_LEGS', default: 'all' } as const;
/**
 * Flow records per second of all environments of a function together. No collector that was measured with its
 * default settings loses any at this rate: tests/collectors/all.
 */
export const FlowRate = { variable: 'NATFLOW_RATE', default: '20000' } as const;
/** The options data of v9 and IPFIX: some collectors drop flows, or multiply by 0, without a sampling interval. */
export const ExporterOptions = {
  variable: 'NATFLOW_EXPORTER_OPTIONS',
  default: 'sampling',
} as const;
export const Collectors = { variable: 'NATFLOW_COLLECTORS', default: '' } as const;
/** What is exported all the time. */
export const ContinuousSources = { variable: 'NATFLOW_CONTINUOUS_SOURCES', default: '' } as const;
/** The bus of the facts' events, of the stack's account and region. */
export const EventBus = { variable: 'NATFLOW_EVENT_BUS', default: 'default' } as const;
export const EmailAddress = { variable: 'NATFLOW_EMAIL_ADDRESS', default: '' } as const;
/** Of the controller: whether its doctor expects query logs in the archive. */
export const DnsNames = { variable: 'NATFLOW_DNS_NAMES', default: 'false' } as const;
export const GroupBy = { variable: 'NATFLOW_GROUP_BY', default: '' } as const;
/** Dollars that recording may cost in a calendar month; empty or 0: no limit. */
export const MonthlyBudget = { variable: 'NATFLOW_MONTHLY_BUDGET', default: '' } as const;
/** Where summaries of recordings go as well: a bucket, perhaps with a prefix after a slash. */
export const CentralBucket = { variable: 'NATFLOW_CENTRAL_BUCKET', default: '' } as const;
/** Whose summaries months are reported of: a bucket, perhaps with a prefix; empty: the archive's. */
export const MonthlyReportOf = { variable: 'NATFLOW_MONTHLY_REPORT_OF', default: '' } as const;
export const NatPrice = { variable: 'NATFLOW_NAT_PRICE', default: '' } as const;

/**
 * The parameters of the gateways' alarms, which the macro and the controller's sweep read as text.
 * `NATFLOW_NAT_GATEWAY_IDS` is NatGatewayIds where it follows the account, and empty otherwise.
 */
export const AlarmParameters = {
  Threshold: { variable: 'NATFLOW_THRESHOLD', default: '1GB' },
  SamplingPeriod: { variable: 'NATFLOW_SAMPLING_PERIOD', default: '60' },
  EvaluationPeriods: { variable: 'NATFLOW_EVALUATION_PERIODS', default: '1' },
  DatapointsToAlarm: { variable: 'NATFLOW_DATAPOINTS_TO_ALARM', default: '1' },
  AnomalyBand: { variable: 'NATFLOW_ANOMALY_BAND', default: '0' },
} as const satisfies Readonly<Record<string, TextParameter>>;

/** All text parameters, by their names in the template. */
export const TEXT_PARAMETERS = {
  NetFlowVersion,
  Legs,
  FlowLogBucketLegs,
  FlowRate,
  ExporterOptions,
  Collectors,
  ContinuousSources,
  EventBus,
  EmailAddress,
  DnsNames,
  GroupBy,
  MonthlyBudget,
  NatPrice,
  CentralBucket,
  MonthlyReportOf,
};

/** A label that reports are grouped by; undefined for none. Of a tag, all that AWS allows in a key. @throws RangeError */
export function readLabel(text: string): string | undefined {
  if (text === '') return undefined;
  if (/^[\w.:/=+@ -]{1,256}$/.test(text)) return text;
  throw new RangeError(`"${text}" is not a label such as namespace, az or tag:team`);
}

/** A bucket, perhaps with a prefix: `bucket/a/b`; undefined for none. @throws RangeError */
export function readBucket(text: string): string | undefined {
  if (text === '') return undefined;
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9_.=!()-]+)*$/.test(text)) return text;
  throw new RangeError(`"${text}" is not a bucket, or a bucket and a prefix such as bucket/a/b`);
}
