import {
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_DIMENSION,
  NAT_GATEWAY_NAMESPACE,
} from './nat-gateway.ts';

/**
 * The dashboard's graph that finds the NAT gateways itself, so that those which came after the deployment are in it.
 * Of CloudWatch's metrics of NAT gateways none tells which gateways a stack has chosen. The period is in seconds, or
 * text for Fn::Sub, as the stack's name is.
 */
export function allGatewaysGraph(stackName: string, period: number | string): object {
  const bytes = (metric: string) =>
    `SEARCH('{${NAT_GATEWAY_NAMESPACE},${NAT_GATEWAY_DIMENSION}} MetricName="${metric}"', 'Sum', ${period})`;
  const recordings = `SEARCH('{NatFlow,Stack,${NAT_GATEWAY_DIMENSION}} MetricName="RecordingActive" Stack="${stackName}"', 'Maximum', 60)`;
  return {
    type: 'metric',
    width: 24,
    height: 6,
    properties: {
      title: 'All NAT gateways of this account and region, and recordings of this stack',
      region: '${AWS::Region}',
      period,
      metrics: [
        [{ expression: bytes(BYTES_UP_METRIC), id: 'up' }],
        [{ expression: bytes(BYTES_DOWN_METRIC), id: 'down' }],
        [{ expression: recordings, id: 'recordings', yAxis: 'right' }],
      ],
      yAxis: { left: { label: 'bytes', min: 0 }, right: { min: 0, max: 1, showUnits: false } },
    },
  };
}
