import type { Format } from '../flowlog/format.ts';
import {
  CentralBucket,
  EventBus,
  GroupBy,
  MonthlyReportOf,
  NatPrice,
  readBucket,
  readLabel,
} from '../stack-parameters.ts';
import { type Environment, SettingsReader } from './settings-reader.ts';
import { readFormat, readPrice } from './values.ts';

/** The reporter's settings. */
export interface ReporterSettings {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** The state table. */
  readonly table: string;
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
  /** Where summaries of recordings go as well, `bucket` or `bucket/prefix`; undefined: nowhere. */
  readonly centralBucket: string | undefined;
  /** Whose summaries months are reported of, written in the same way; undefined: the archive's. */
  readonly monthlyReportOf: string | undefined;
}

/**
 * The reporter's settings.
 * @throws Error that names every fault at once.
 */
export function reporterSettings(environment: Environment = process.env): ReporterSettings {
  const read = new SettingsReader(environment);
  const settings = {
    stack: read.text('NATFLOW_STACK'),
    region: read.text('AWS_REGION'),
    bucket: read.text('NATFLOW_ARCHIVE'),
    topicArn: read.text('NATFLOW_TOPIC_ARN'),
    eventBus: read.optional(EventBus.variable) ?? EventBus.default,
    table: read.text('NATFLOW_TABLE'),
    format: readFormat(read),
    natPerGib: read.parsed(NatPrice, readPrice),
    groupBy: read.parsed(GroupBy, readLabel),
    dashboardUrl: read.optional('NATFLOW_DASHBOARD_URL'),
    ipRangesUrl: read.optional('NATFLOW_IP_RANGES_URL'),
    centralBucket: read.parsed(CentralBucket, readBucket),
    monthlyReportOf: read.parsed(MonthlyReportOf, readBucket),
  };
  read.finish();
  return { ...settings, account: settings.topicArn.split(':')[4] ?? '' };
}
