import { LEGS, type Legs } from '../flow/legs.ts';
import type { Format } from '../flowlog/format.ts';
import { type CollectorAddress, parseCollectors } from '../netflow/collectors.ts';
import type { Version } from '../netflow/protocol.ts';
import {
  DEFAULT_PORTS,
  OPTIONS_PARTS,
  type OptionsParts,
  parseVersion,
} from '../netflow/protocol.ts';
import { type ExportSession, udpSession } from '../netflow/session.ts';
import {
  Collectors,
  DomainBase,
  ExporterOptions,
  FlowLogBucketLegs,
  FlowRate,
  Legs as LegsParameter,
  NetFlowVersion,
} from '../stack-parameters.ts';
import { type Environment, SettingsReader } from './settings-reader.ts';
import { readBoolean, readFormat } from './values.ts';

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
  /** Flow records per second of all environments together; undefined: unlimited. */
  readonly rate: number | undefined;
  /** The most environments that send at once. */
  readonly environments: number;
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

/** Firehose has at most this many invocations of a shard in flight. */
const FORWARDERS = 5;
/** MaximumConcurrency of the replayer's queue in template.yaml. */
const REPLAYERS = 2;

/** Set by hand; the template has no parameter for it. */
const DELETE_AFTER_SUCCESS = { variable: 'NATFLOW_DELETE_AFTER_SUCCESS', default: 'false' };

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
    rate: read.parsed(FlowRate, readRate),
    environments,
    optionsParts: read.parsed(ExporterOptions, oneOf(OPTIONS_PARTS)) ?? ExporterOptions.default,
    session: readSession(read, version),
    table: read.optional('NATFLOW_TABLE'),
    domainBase: read.wholeNumber(DomainBase),
  };
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

function readRate(text: string): number | undefined {
  if (text === 'max') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RangeError(`"${text}" is not flow records per second, or max`);
}

function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new RangeError(`"${text}" is not one of ${words.join(', ')}`);
    return word;
  };
}
