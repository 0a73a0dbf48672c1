import { type ContinuousSource, readSources } from '../../shared/continuous/sources.ts';
import { type AlarmRule, readAlarmRule } from '../../shared/gateway/alarm-rule.ts';
import type { Complain } from '../../shared/gateway/choose-gateways.ts';
import { type CollectorAddress, parseCollectors } from '../../shared/netflow/collectors.ts';
import { DEFAULT_PORTS, parseVersion } from '../../shared/netflow/protocol.ts';
import { NUMBER_PARAMETERS } from '../../shared/stack-parameters.ts';
import type { ParameterValues } from './request.ts';

/** The stack's parameters that the macro reads. */
export interface Parameters extends AlarmRule {
  readonly natGatewayIds: string;
  readonly sources: readonly ContinuousSource[];
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

/** Reads the parameters. A wrong one is reported and replaced by a harmless value, so that all faults are found. */
export function readParameters(values: ParameterValues, complain: Complain): Parameters {
  const parameters: Parameters = {
    natGatewayIds: list(values, 'NatGatewayIds').join(','),
    ...readAlarmRule((name) => text(values, name), complain),
    sources: readSources(list(values, 'ContinuousSources').join(','), complain),
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
