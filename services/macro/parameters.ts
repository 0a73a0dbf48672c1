import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import { parseCollectors } from '../../shared/netflow/collectors.ts';

/** What the macro reads of the stack's parameters; thresholds in bytes per minute, the period in seconds. */
export interface Parameters {
  readonly natGatewayIds: string;
  readonly threshold: number;
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Standard deviations; 0: alarms compare with the threshold. */
  readonly anomalyBand: number;
  readonly collectors: readonly CollectorAddress[];
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** As CloudFormation hands them over: lists may come as arrays or with commas between. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/** Takes a sentence about something that is wrong. */
export type Complain = (fault: string) => void;

const MINUTE_S = 60;
const DAY_S = 86_400;
const PREFIXES = ['', 'K', 'M', 'G', 'T'];

/** IANA's port for IPFIX; 2055 is NetFlow's by habit. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { ipfix: 4739 };

/** Reads the parameters; what is wrong with one is told, and it is then read as something harmless. */
export function readParameters(values: ParameterValues, complain: Complain): Parameters {
  const parameters: Parameters = {
    natGatewayIds: list(values, 'NatGatewayIds').join(','),
    threshold: readBytes('Threshold', text(values, 'Threshold'), complain),
    period: Number(text(values, 'SamplingPeriod') || MINUTE_S),
    evaluationPeriods: Number(text(values, 'EvaluationPeriods') || 1),
    datapointsToAlarm: Number(text(values, 'DatapointsToAlarm') || 1),
    anomalyBand: Number(text(values, 'AnomalyBand') || 0),
    collectors: readCollectors(values, complain),
    subnetIds: list(values, 'SubnetIds'),
    securityGroupIds: list(values, 'SecurityGroupIds'),
  };
  checkAlarm(parameters, complain);
  return parameters;
}

/** Reads `500MB`, `1.5GiB` or a plain number of bytes. */
export function readBytes(what: string, value: string, complain: Complain): number {
  const [, digits = '', prefix = '', binary] =
    /^(\d+(?:\.\d+)?) ?(?:([KMGT]?)(i?)B?)$/i.exec(value.trim()) ?? [];
  const bytes = Number(digits) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toUpperCase());
  if (bytes > 0) return bytes;
  complain(`${what} "${value}" is not a number of bytes per minute such as 500MB or 1GiB`);
  return 1;
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
  if (period * evaluationPeriods > DAY_S) {
    complain(
      `SamplingPeriod ${period} times EvaluationPeriods ${evaluationPeriods} is more than a day, the most CloudWatch takes`,
    );
  }
  if (!(anomalyBand >= 0)) complain(`AnomalyBand ${anomalyBand} is not a number from 0`);
}

function readCollectors(values: ParameterValues, complain: Complain): CollectorAddress[] {
  const collectors = list(values, 'Collectors').join(',');
  if (collectors === '') return [];
  try {
    return parseCollectors(collectors, DEFAULT_PORTS[text(values, 'NetFlowVersion')] ?? 2055);
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
