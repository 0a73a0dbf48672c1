import { type ContinuousSource, readSources } from '../../shared/continuous/sources.ts';
import { type Complain, readBytes } from '../../shared/gateway/choose-gateways.ts';
import { type CollectorAddress, parseCollectors } from '../../shared/netflow/collectors.ts';
import { DEFAULT_PORTS, parseVersion } from '../../shared/netflow/protocol.ts';
import { NUMBER_PARAMETERS } from '../../shared/stack-parameters.ts';
import type { ParameterValues } from './request.ts';

/** The stack's parameters that the macro reads. Thresholds are bytes per minute, the period is in seconds. */
export interface Parameters {
  readonly natGatewayIds: string;
  readonly sources: readonly ContinuousSource[];
  readonly threshold: number;
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Standard deviations. 0: alarms compare with the threshold. */
  readonly anomalyBand: number;
  readonly collectors: readonly CollectorAddress[];
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Addresses; empty: the VPC has Amazon's resolver. */
  readonly dnsServers: readonly string[];
  readonly flowLogBucket: string;
  /** The DNS queries of the gateways' VPCs are logged. */
  readonly dnsNames: boolean;
}

/** The sentence for parameters that ask for nothing. */
const NOTHING =
  'NatGatewayIds and ContinuousSources are both empty: name NAT gateways to watch, or what to export all the time';
/**
 * The most characters of ContinuousSources, some forty ids: the controller has them among its environment variables,
 * which take 4 KB together.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_CONTINUOUS = 900;
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** Reads the parameters. A wrong one is reported and replaced by a harmless value, so that all faults are found. */
export function readParameters(values: ParameterValues, complain: Complain): Parameters {
  const parameters: Parameters = {
    natGatewayIds: list(values, 'NatGatewayIds').join(','),
    sources: readSources(list(values, 'ContinuousSources').join(','), complain),
    threshold: readBytes('Threshold', text(values, 'Threshold'), complain),
    period: Number(text(values, 'SamplingPeriod') || MINUTE_S),
    evaluationPeriods: Number(text(values, 'EvaluationPeriods') || 1),
    datapointsToAlarm: Number(text(values, 'DatapointsToAlarm') || 1),
    anomalyBand: Number(text(values, 'AnomalyBand') || 0),
    collectors: readCollectors(values, complain),
    subnetIds: list(values, 'SubnetIds'),
    securityGroupIds: list(values, 'SecurityGroupIds'),
    dnsServers: list(values, 'DnsServers'),
    flowLogBucket: text(values, 'FlowLogBucket'),
    dnsNames: text(values, 'DnsNames') === 'true',
  };
  // CloudFormation's Number type takes decimals, with which the functions would not start.
  for (const name of Object.keys(NUMBER_PARAMETERS)) {
    const value = text(values, name);
    if (!Number.isInteger(Number(value))) complain(`${name} ${value} is not a whole number`);
  }
  if (parameters.natGatewayIds === '' && list(values, 'ContinuousSources').length === 0) {
    complain(NOTHING);
  }
  const sources = text(values, 'ContinuousSources');
  if (sources.length > MOST_CONTINUOUS) {
    complain(
      `ContinuousSources has ${sources.length} characters, and ${MOST_CONTINUOUS} at most: name a VPC in place of its subnets, or give some to another stack`,
    );
  }
  checkAlarm(parameters, complain);
  checkReplay(parameters, values, complain);
  if (parameters.dnsNames && parameters.natGatewayIds === '') {
    complain('DnsNames is true without NatGatewayIds, whose VPCs have their queries logged');
  }
  return parameters;
}

function checkReplay(
  { flowLogBucket, collectors }: Parameters,
  values: ParameterValues,
  complain: Complain,
): void {
  if (flowLogBucket !== '' && collectors.length === 0) {
    complain('FlowLogBucket is given without Collectors to replay its files to');
  }
  for (const name of ['FlowLogPrefix', 'FlowLogKeyArn']) {
    if (flowLogBucket === '' && text(values, name) !== '') {
      complain(`${name} is given without FlowLogBucket`);
    }
  }
}

function checkAlarm(parameters: Parameters, complain: Complain): void {
  const { period, evaluationPeriods, datapointsToAlarm, anomalyBand } = parameters;
  if (!(Number.isInteger(period / MINUTE_S) && period > 0)) {
    complain(
      `SamplingPeriod ${period} is not a multiple of 60: NAT gateways are metered every 60 seconds`,
    );
  }
  if (!(Number.isInteger(evaluationPeriods) && evaluationPeriods > 0)) {
    complain(`EvaluationPeriods ${evaluationPeriods} is not a whole number from 1`);
  } else if (!(Number.isInteger(datapointsToAlarm) && datapointsToAlarm > 0)) {
    complain(`DatapointsToAlarm ${datapointsToAlarm} is not a whole number from 1`);
  } else if (datapointsToAlarm > evaluationPeriods) {
    complain(
      `DatapointsToAlarm ${datapointsToAlarm} is more than EvaluationPeriods ${evaluationPeriods}, so there would never be an alarm`,
    );
  }
  const [most, limit] = period < HOUR_S ? [DAY_S, 'a day'] : [7 * DAY_S, '7 days'];
  if (period * evaluationPeriods > most) {
    complain(
      `SamplingPeriod ${period} times EvaluationPeriods ${evaluationPeriods} is more than ${limit}, the most CloudWatch takes`,
    );
  }
  if (!(anomalyBand >= 0)) complain(`AnomalyBand ${anomalyBand} is not a number from 0`);
}

function readCollectors(values: ParameterValues, complain: Complain): CollectorAddress[] {
  const collectors = list(values, 'Collectors').join(',');
  if (collectors === '') return [];
  try {
    const version = parseVersion(text(values, 'NetFlowVersion') || '5');
    return parseCollectors(collectors, DEFAULT_PORTS[version]);
  } catch (error) {
    complain(`Collectors: ${(error as Error).message}`);
    return [];
  }
}

function list(values: ParameterValues, name: string): string[] {
  const value = values[name];
  return (Array.isArray(value) ? value : [value ?? ''])
    .flatMap((part) => String(part).split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function text(values: ParameterValues, name: string): string {
  return String(values[name] ?? '').trim();
}
