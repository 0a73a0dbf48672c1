import * as v from 'valibot';
import { allGatewaysGraph } from '../../shared/gateway/all-gateways-graph.ts';
import { type ChosenGateway, followsAccount } from '../../shared/gateway/choose-gateways.ts';
import { bytesPerPeriod, isAnomaly, plainName } from '../../shared/gateway/gateway-alarm.ts';
import {
  alarmName,
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_DIMENSION,
  NAT_GATEWAY_NAMESPACE,
} from '../../shared/gateway/nat-gateway.ts';
import { readShape } from '../../shared/read-shape.ts';
import { shorten } from '../../shared/text/shorten.ts';
import { STACK_NAME } from './alarm.ts';
import { CONDITION } from './flow-log.ts';
import type { Parameters } from './parameters.ts';

const BODY = v.pipe(
  v.string(),
  v.parseJson(undefined, 'JSON'),
  v.looseObject({ widgets: v.array(v.looseObject({ type: v.string() })) }),
);

/** The template's dashboard: its body is JSON text in which CloudFormation substitutes, and variables for that. */
const PROPERTIES = v.object({
  DashboardBody: v.object({ 'Fn::Sub': v.tuple([BODY, v.record(v.string(), v.unknown())]) }),
});

/** The types of the placeholder widgets that those of the gateways and of the continuous sources replace. */
const PLACE = 'natflow-gateways';
const CONTINUOUS_PLACE = 'natflow-continuous';

/** The names of the stream and of the function of the continuous sources, which the template has under a condition. */
const CONTINUOUS = Object.fromEntries(
  ['ContinuousStream', 'ContinuousFunction'].map((id) => [
    id,
    { 'Fn::If': [CONDITION, { Ref: id }, ''] },
  ]),
);
/** Characters of the ids in a title. */
const LONGEST_TITLE = 100;
/**
 * The most alarms of a widget.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
const MOST_ALARMS = 100;

/**
 * The dashboard's properties with an alarm status widget and a graph for each gateway, and graphs of the continuous
 * sources if there are any.
 */
export function fillDashboard(
  properties: Readonly<Record<string, unknown>>,
  gateways: readonly ChosenGateway[],
  parameters: Parameters,
): Readonly<Record<string, unknown>> {
  const { DashboardBody } = readShape(PROPERTIES, properties, 'the properties of the dashboard');
  const [body, variables] = DashboardBody['Fn::Sub'];
  const widgets = body.widgets.flatMap((widget) => {
    if (widget.type === CONTINUOUS_PLACE) return continuousGraphs(parameters);
    if (widget.type !== PLACE) return [widget];
    return [
      ...alarmStates(gateways),
      ...gateways.map((gateway) => graph(gateway, parameters)),
      ...later(parameters),
    ];
  });
  const all = parameters.sources.length === 0 ? variables : { ...variables, ...CONTINUOUS };
  return { DashboardBody: { 'Fn::Sub': [JSON.stringify({ ...body, widgets }), all] } };
}

function alarmStates(gateways: readonly ChosenGateway[]) {
  const parts = Math.ceil(gateways.length / MOST_ALARMS);
  return Array.from({ length: parts }, (_, part) => {
    const title = parts === 1 ? 'NAT gateways' : `NAT gateways, ${part + 1} of ${parts}`;
    return alarmWidget(title, gateways.slice(part * MOST_ALARMS, (part + 1) * MOST_ALARMS));
  });
}

function alarmWidget(title: string, gateways: readonly ChosenGateway[]) {
  const prefix = 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:';
  const alarms = gateways.map(({ id }) => `${prefix}${alarmName(STACK_NAME, id)}`);
  const height = 1 + Math.ceil(gateways.length / 4);
  return { type: 'alarm', width: 24, height, properties: { title, alarms } };
}

function graph(gateway: ChosenGateway, parameters: Parameters) {
  const { id } = gateway;
  const metric = (name: string, label: string, key: string) => [
    NAT_GATEWAY_NAMESPACE,
    name,
    NAT_GATEWAY_DIMENSION,
    id,
    { id: key, label },
  ];
  const recording = [
    'NatFlow',
    'RecordingActive',
    'Stack',
    STACK_NAME,
    NAT_GATEWAY_DIMENSION,
    id,
    { stat: 'Maximum', yAxis: 'right', label: 'Recording' },
  ];
  return {
    type: 'metric',
    width: 12,
    height: 6,
    properties: {
      title: [literal(gateway.name), id].filter(Boolean).join(' '),
      region: '${AWS::Region}',
      stat: 'Sum',
      period: parameters.period,
      metrics: [
        metric(BYTES_UP_METRIC, 'Up', 'up'),
        metric(BYTES_DOWN_METRIC, 'Down', 'down'),
        [{ expression: 'up + down', id: 'total', label: 'Total' }],
        ...usual(gateway, parameters),
        recording,
      ],
      ...threshold(gateway, parameters),
      yAxis: { left: { label: 'bytes', min: 0 }, right: { min: 0, max: 1, showUnits: false } },
    },
  };
}

/** Where gateways are followed, a graph that has those which came after the deployment. */
function later({ natGatewayIds, period }: Parameters): object[] {
  return followsAccount(natGatewayIds) ? [allGatewaysGraph(STACK_NAME, period)] : [];
}

function usual(gateway: ChosenGateway, parameters: Parameters): unknown[] {
  if (!isAnomaly(gateway, parameters)) return [];
  const expression = `ANOMALY_DETECTION_BAND(total, ${parameters.anomalyBand})`;
  return [[{ expression, id: 'band', label: 'Usual' }]];
}

function threshold(gateway: ChosenGateway, parameters: Parameters): object {
  if (isAnomaly(gateway, parameters)) return {};
  const value = bytesPerPeriod(gateway, parameters);
  return { annotations: { horizontal: [{ label: 'Threshold', value }] } };
}

/** Of the stream and the function of the continuous sources, which the template has only with sources. */
function continuousGraphs({ sources }: Parameters): object[] {
  if (sources.length === 0) return [];
  const stream = (name: string, stat: string, label: string, more: object = {}) => [
    ...['AWS/Firehose', name, 'DeliveryStreamName', '${ContinuousStream}'],
    { stat, label, ...more },
  ];
  const right = { yAxis: 'right' };
  const called = ['AWS/Lambda', 'Errors', 'FunctionName', '${ContinuousFunction}'];
  const place = { region: '${AWS::Region}', period: 60 };
  const ids = sources.map(({ id }) => id).join(', ');
  return [
    {
      ...{ type: 'metric', width: 12, height: 6 },
      properties: {
        ...{ title: `Continuous: bytes of lines of ${shorten(ids, LONGEST_TITLE)}`, ...place },
        metrics: [
          stream('IncomingBytes', 'Sum', 'bytes'),
          stream('IncomingRecords', 'Sum', 'lines', right),
        ],
      },
    },
    {
      ...{ type: 'metric', width: 12, height: 6 },
      properties: {
        ...{ title: 'Continuous: delivery', ...place },
        metrics: [
          stream('DeliveryToS3.DataFreshness', 'Maximum', 'seconds to the archive'),
          stream('ThrottledRecords', 'Sum', 'throttled', right),
          [...called, { stat: 'Sum', label: 'forwarder errors', ...right }],
        ],
      },
    },
  ];
}

/** Escapes the name so that Fn::Sub substitutes nothing in it. */
function literal(name = ''): string {
  return plainName(name).replaceAll('${', '${!');
}
