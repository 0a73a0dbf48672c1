import type { AlarmRule } from '../../shared/gateway/alarm-rule.ts';
import type { ChosenGateway } from '../../shared/gateway/choose-gateways.ts';
import { alarmDefinition, detectorQueries } from '../../shared/gateway/gateway-alarm.ts';
import { alarmLogicalId, alarmName } from '../../shared/gateway/nat-gateway.ts';
import type { Resource } from './fragment.ts';

/** The stack's name in text for Fn::Sub. */
export const STACK_NAME = '${AWS::StackName}';

/**
 * The resources that watch one gateway, by logical id: an alarm on the bytes it processes, and the anomaly
 * detector when the alarm compares with a band.
 */
export function alarmResources(gateway: ChosenGateway, rule: AlarmRule): Record<string, Resource> {
  const alarm: Resource = {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: { 'Fn::Sub': alarmName(STACK_NAME, gateway.id) },
      ...alarmDefinition(gateway, rule),
    },
  };
  const logicalId = alarmLogicalId(gateway.id);
  const queries = detectorQueries(gateway, rule);
  if (queries === undefined) return { [logicalId]: alarm };
  const detector = gateway.id.replace(/^nat-/, 'UsualNat');
  return {
    [detector]: {
      Type: 'AWS::CloudWatch::AnomalyDetector',
      Properties: { MetricMathAnomalyDetector: { MetricDataQueries: queries } },
    },
    [logicalId]: { ...alarm, DependsOn: detector },
  };
}
