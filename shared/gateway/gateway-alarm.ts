import { shownName } from '../text/shorten.ts';
import type { AlarmRule } from './alarm-rule.ts';
import type { ChosenGateway } from './choose-gateways.ts';
import {
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_DIMENSION,
  NAT_GATEWAY_NAMESPACE,
} from './nat-gateway.ts';

/** An element of `Metrics` of an alarm, and of a detector's `MetricDataQueries`. */
export interface MetricQuery {
  readonly Id: string;
  readonly ReturnData: boolean;
  readonly Expression?: string;
  readonly Label?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: 'Sum';
  };
}

/**
 * What a gateway's alarm evaluates, but for its name. CloudFormation's `AWS::CloudWatch::Alarm` and CloudWatch's
 * PutMetricAlarm have the same members, so that the macro and the sweep write the same alarm.
 */
export interface AlarmDefinition {
  readonly AlarmDescription: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: 'notBreaching';
  readonly ComparisonOperator: 'GreaterThanThreshold' | 'GreaterThanUpperThreshold';
  readonly Threshold?: number;
  readonly ThresholdMetricId?: string;
  readonly Metrics: readonly MetricQuery[];
}

/** The one definition of the alarm that watches a gateway: the bytes that it processes, of both directions. */
export function alarmDefinition(gateway: ChosenGateway, rule: AlarmRule): AlarmDefinition {
  const name = gateway.name === undefined ? '' : ` ${plainName(gateway.name)}`;
  return {
    AlarmDescription: `Traffic through NAT gateway${name} is recorded by natflow while this lasts`,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    // A gateway without traffic may have no data points. Missing data must end a recording.
    TreatMissingData: 'notBreaching',
    ...(isAnomaly(gateway, rule) ? aboveBand(gateway, rule) : aboveThreshold(gateway, rule)),
  };
}

/** The queries of the anomaly detector that the gateway's alarm needs; undefined when it compares with a threshold. */
export function detectorQueries(
  gateway: ChosenGateway,
  rule: AlarmRule,
): readonly MetricQuery[] | undefined {
  return isAnomaly(gateway, rule) ? bytesThrough(gateway, rule) : undefined;
}

/** Whether the gateway's alarm uses an anomaly detection band. A threshold of the gateway's own takes precedence. */
export function isAnomaly(
  gateway: ChosenGateway,
  { anomalyBand }: Pick<AlarmRule, 'anomalyBand'>,
): boolean {
  return anomalyBand > 0 && gateway.threshold === undefined;
}

/** The alarm's threshold in bytes per period. */
export function bytesPerPeriod(
  gateway: ChosenGateway,
  { threshold, period }: Pick<AlarmRule, 'threshold' | 'period'>,
): number {
  return ((gateway.threshold ?? threshold) * period) / 60;
}

/** A name as text: `{{` is broken so that a Name tag cannot inject a CloudFormation dynamic reference. */
export function plainName(name: string): string {
  return shownName(name).replace(/\{(?=\{)/g, '{ ');
}

type Condition = Pick<
  AlarmDefinition,
  'ComparisonOperator' | 'Threshold' | 'ThresholdMetricId' | 'Metrics'
>;

function aboveThreshold(gateway: ChosenGateway, rule: AlarmRule): Condition {
  return {
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: bytesPerPeriod(gateway, rule),
    Metrics: bytesThrough(gateway, rule),
  };
}

function aboveBand(gateway: ChosenGateway, rule: AlarmRule): Condition {
  const band = {
    Id: 'band',
    Expression: `ANOMALY_DETECTION_BAND(total, ${rule.anomalyBand})`,
    ReturnData: true,
  };
  return {
    ComparisonOperator: 'GreaterThanUpperThreshold',
    ThresholdMetricId: 'band',
    Metrics: [band, ...bytesThrough(gateway, rule)],
  };
}

function bytesThrough({ id }: ChosenGateway, { period }: AlarmRule): MetricQuery[] {
  const metric = (Id: string, MetricName: string): MetricQuery => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: NAT_GATEWAY_NAMESPACE,
        MetricName,
        Dimensions: [{ Name: NAT_GATEWAY_DIMENSION, Value: id }],
      },
      Period: period,
      Stat: 'Sum',
    },
  });
  return [
    { Id: 'total', Expression: 'up + down', Label: `Bytes through ${id}`, ReturnData: true },
    metric('up', BYTES_UP_METRIC),
    metric('down', BYTES_DOWN_METRIC),
  ];
}
