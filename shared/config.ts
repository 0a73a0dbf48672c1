import { RECORDING_FORMAT } from './flowlog/format.ts';

/** The environment's variables; those set to nothing count as not set, as templates cannot leave one out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the controller is told by the template; times in milliseconds. */
export interface ControllerSettings {
  readonly stack: string;
  readonly region: string;
  readonly table: string;
  readonly streamArn: string;
  readonly topicArn: string;
  readonly scheduleGroup: string;
  readonly scheduleRoleArn: string;
  readonly deadLetterArn: string | undefined;
  readonly logFormat: string;
  readonly logGroup: { readonly arn: string; readonly roleArn: string } | undefined;
  readonly dashboardUrl: string | undefined;
  readonly recordingTime: number;
  readonly minimumRecordingTime: number;
  readonly numOfRecordings: number;
}

const OUR_LOG_FORMAT = RECORDING_FORMAT.map((field) => `\${${field}}`).join(' ');
const DAY_S = 86_400;

/**
 * The controller's settings.
 * @throws Error that names every fault at once.
 */
export function controllerSettings(environment: Environment = process.env): ControllerSettings {
  const read = new SettingsReader(environment);
  const arn = read.optional('NATFLOW_LOG_GROUP_ARN');
  const logGroup = arn && { arn, roleArn: read.text('NATFLOW_LOG_GROUP_ROLE_ARN') };
  const settings: ControllerSettings = {
    stack: read.text('NATFLOW_STACK'),
    region: read.text('AWS_REGION'),
    table: read.text('NATFLOW_TABLE'),
    streamArn: read.text('NATFLOW_STREAM_ARN'),
    topicArn: read.text('NATFLOW_TOPIC_ARN'),
    scheduleGroup: read.text('NATFLOW_SCHEDULE_GROUP'),
    scheduleRoleArn: read.text('NATFLOW_SCHEDULE_ROLE_ARN'),
    deadLetterArn: read.optional('NATFLOW_DEAD_LETTER_ARN'),
    logFormat: read.optional('NATFLOW_LOG_FORMAT') ?? OUR_LOG_FORMAT,
    logGroup: logGroup || undefined,
    dashboardUrl: read.optional('NATFLOW_DASHBOARD_URL'),
    recordingTime: 1000 * read.integer('NATFLOW_RECORDING_TIME', 900, DAY_S),
    minimumRecordingTime: 1000 * read.integer('NATFLOW_MINIMUM_RECORDING_TIME', 120, DAY_S),
    numOfRecordings: read.integer('NATFLOW_NUM_OF_RECORDINGS', 10),
  };
  read.finish();
  return settings;
}

/** Reads variables one by one and keeps what is wrong with them, so that one error can say it all. */
class SettingsReader {
  readonly #environment: Environment;
  readonly #faults: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  optional(name: string): string | undefined {
    return this.#environment[name] || undefined;
  }

  text(name: string): string {
    return this.optional(name) ?? this.#fault(`${name} is not set`) ?? '';
  }

  /** A whole number from 0 on; without a maximum, any. */
  integer(name: string, otherwise: number, maximum = Number.MAX_SAFE_INTEGER): number {
    const text = this.optional(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= maximum) return value;
    const limit = maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
    this.#fault(`${name} is "${text}", not a whole number from 0${limit}`);
    return otherwise;
  }

  /** @throws Error when anything was wrong. */
  finish(): void {
    if (this.#faults.length > 0) throw new Error(`settings: ${this.#faults.join('; ')}`);
  }

  #fault(text: string): undefined {
    this.#faults.push(text);
  }
}
