import type { Format } from '../flowlog/format.ts';
import { EventBus, GroupBy, NatPrice, readLabel } from '../stack-parameters.ts';
import { type Environment, SettingsReader } from './settings-reader.ts';
import { readFormat, readPrice } from './values.ts';

/** The reporter's settings. */
export interface ReporterSettings {
  readonly stack: string;
  readonly region: string;
  /** The archive bucket. */
  readonly bucket: string;
  readonly topicArn: string;
  /** The bus of the facts' events. */
  readonly eventBus: string;
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
    eventBus: read.optional(EventBus.variable) ?? EventBus.default,
    format: readFormat(read),
    natPerGib: read.parsed(NatPrice, readPrice),
    groupBy: read.parsed(GroupBy, readLabel),
    dashboardUrl: read.optional('NATFLOW_DASHBOARD_URL'),
    ipRangesUrl: read.optional('NATFLOW_IP_RANGES_URL'),
  };
  read.finish();
  return settings;
}
