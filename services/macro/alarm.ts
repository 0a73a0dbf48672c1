import type { ChosenGateway } from '../../shared/gateway/choose-gateways.ts';
import {
  alarmName,
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_DIMENSION,
  NAT_GATEWAY_NAMESPACE,
} from '../../shared/gateway/nat-gateway.ts';
import { plainName, type Resource } from './fragment.ts';
import type { Parameters } from './parameters.ts';

/** The stack's name in text for Fn::Sub. */
export const STACK_NAME = '${AWS::StackName}';

/**
 * The resources that watch one gateway, by logical id: an alarm on the bytes it processes, and the anomaly
 * detector when the alarm compares with a band.
 */
export function alarmResources(
  gateway: ChosenGateway,
  parameters: Parameters,
): Record<string, Resource> {
  const suffix = gateway.id.replace(/^nat-/, 'Nat');
  if (!isAnomaly(gateway, parameters)) {
    return { [`Alarm${suffix}`]: thresholdAlarm(gateway, parameters) };
  }
  const detector = `Usual${suffix}`;
  return {
    [detector]: {
      Type: 'AWS::CloudWatch::AnomalyDetector',
      Properties: {
        MetricMathAnomalyDetector: { MetricDataQueries: bytesIn(gateway, parameters) },
      },
    },
    [`Alarm${suffix}`]: { ...anomalyAlarm(gateway, parameters), DependsOn: detector },
  };
}

/** Whether the gateway's alarm uses an anomaly detection band. A threshold of the gateway's own takes precedence. */
export function isAnomaly(gateway: ChosenGateway, { anomalyBand }: Parameters): boolean {
  return anomalyBand > 0 && gateway.threshold === undefined;
}

/** The alarm's threshold in bytes per period. */
export function bytesPerPeriod(gateway: ChosenGateway, parameters: Parameters): number {
  return ((gateway.threshold ?? parameters.threshold) * parameters.period) / 60;
}

function thresholdAlarm(gateway: ChosenGateway, parameters: Parameters): Resource {
  return alarm(gateway, parameters, {
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: bytesPerPeriod(gateway, parameters),
    Metrics: bytesIn(gateway, parameters),
  });
}

function anomalyAlarm(gateway: ChosenGateway, parameters: Parameters): Resource {
  const band = {
    Id: 'band',
    Expression: `ANOMALY_DETECTION_BAND(total, ${parameters.anomalyBand})`,
    ReturnData: true,
  };
  return alarm(gateway, parameters, {
    ComparisonOperator: 'GreaterThanUpperThreshold',
    ThresholdMetricId: 'band',
    Metrics: [band, ...bytesIn(gateway, parameters)],
  });
}

function alarm(gateway: ChosenGateway, parameters: Parameters, condition: object): Resource {
  const name = gateway.name === undefined ? '' : ` ${plainName(gateway.name)}`;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: { 'Fn::Sub': alarmName(STACK_NAME, gateway.id) },
      AlarmDescription: `Traffic through NAT gateway${name} is recorded by natflow while this lasts`,
      EvaluationPeriods: parameters.evaluationPeriods,
      DatapointsToAlarm: parameters.datapointsToAlarm,
      // A gateway without traffic may have no data points. Missing data must end a recording.
      TreatMissingData: 'notBreaching',
      ...condition,
    },
  };
}

function bytesIn({ id }: ChosenGateway, { period }: Parameters): object[] {
  const metric = (Id: string, MetricName: string) => ({
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
