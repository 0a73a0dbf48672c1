import * as v from 'valibot';
import { recordingPrices } from '../../shared/prices/prices.ts';
import { counted, dollars } from '../../shared/text/units.ts';
import type { Resource, Template } from './template.ts';
import { conditionsThatHold, type ParameterValues } from './template-conditions.ts';

/** What is about to be deployed. */
export interface Deployment {
  readonly stack: string;
  readonly region: string;
  readonly isNew: boolean;
  /** The values of all parameters, those included that stay as they are or have their defaults. */
  readonly values: ParameterValues;
  /** How many NAT gateways are watched today. */
  readonly gateways: number;
}

/** Dollars a month in us-east-1, as docs/operating.md has them with their sources. */
const ALARM_METRIC = 0.1;
const GATEWAY_METRICS = 2;
const GATEWAY_BAND_METRICS = 6;
const KEY = 1;
const SWEEP = 0.05;
const DASHBOARD = 3;
/** Actions that only read. */
const READS = /:(Describe|Get|List|BatchGet|Scan)|^kms:Decrypt$/;

/** What the deployment makes, what its roles may do, and what it costs, as lines for the person who decides. */
export function planLines(template: Template, deployment: Deployment): string[] {
  const holding = conditionsThatHold(template, deployment.values);
  const resources = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holding.has(Condition),
  );
  return [
    ...plan(deployment).map((line) => `plan       ${line}`),
    ...permissions(resources).map((line) => `permission ${line}`),
    ...costs(resources, deployment).map((line) => `cost       ${line}`),
  ];
}

type Named = readonly [id: string, resource: Resource];

function plan({ stack, region, isNew, values, gateways }: Deployment): string[] {
  const value = (name: string) => values.get(name) ?? '';
  const watched = value('NatGatewayIds');
  const above =
    value('AnomalyBand') === '0'
      ? `above ${value('Threshold')} a minute`
      : `above their usual band of ${value('AnomalyBand')}`;
  const today = `${counted(gateways, 'NAT gateway')} today`;
  const email = value('EmailAddress');
  const collectors = value('Collectors');
  const sources = value('ContinuousSources');
  const most = value('NumOfRecordings');
  const time = value('RecordingTime');
  return [
    `stack ${stack} in ${region}, ${isNew ? 'new' : 'updated: what is not named here stays as it is'}`,
    watched === '' ? 'watches no NAT gateway' : `watches ${watched}: ${today}, ${above}`,
    ...(sources === '' ? [] : [`exports all the time: ${sources}`]),
    email === '' ? 'sends no mail: EmailAddress is empty' : `mails ${email}`,
    collectors === ''
      ? 'sends no NetFlow: Collectors is empty'
      : `sends ${protocol(value('NetFlowVersion'))} to ${collectors}`,
    `records ${most === '0' ? 'any number of times' : `each gateway ${most} times at most`}, ${time === '0' ? 'until the spike is over' : `${time} s of lines each`}, ${limitText(value('MonthlyBudget'))}`,
  ];
}

function protocol(version: string): string {
  return version === 'ipfix' ? 'IPFIX' : `NetFlow v${version}`;
}

function limitText(budget: string): string {
  return Number(budget) === 0 ? 'without a limit a month' : `for $${budget} a month at most`;
}

/** What roles may change: the resource that says it, and the actions that do more than read. */
function permissions(resources: readonly Named[]): string[] {
  const roles = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').length;
  const lines = resources
    .filter(([, { Type }]) => Type.startsWith('AWS::IAM::'))
    .flatMap(([id, { Properties }]) => {
      const { AssumeRolePolicyDocument: _, ...allowed } = { ...Properties };
      const changes = new Set(actionsIn(allowed).filter((action) => !READS.test(action)));
      return changes.size === 0 ? [] : [`${id}: ${[...changes].sort().join(', ')}`];
    });
  return [
    `${counted(roles, 'role')} made, each for one service of AWS; the deployer's own permissions: infra/deployer-policy.json`,
    ...lines,
  ];
}

/** All actions that a value of a template allows. */
function actionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(actionsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Action' in value ? [value.Action].flat().map(String) : [];
  return [...own, ...Object.values(value).flatMap(actionsIn)];
}

const ALARM = v.object({ Metrics: v.array(v.looseObject({})) });

/** How many metrics an alarm is billed for: expressions are free. */
function metricsOf({ Properties }: Resource): number {
  const alarm = v.safeParse(ALARM, Properties);
  return alarm.success ? alarm.output.Metrics.filter((each) => 'MetricStat' in each).length : 1;
}

function costs(resources: readonly Named[], deployment: Deployment): string[] {
  const { region, values, gateways } = deployment;
  const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);
  const own = ofType('AWS::CloudWatch::Alarm').reduce((sum, [, each]) => sum + metricsOf(each), 0);
  const each = values.get('AnomalyBand') === '0' ? GATEWAY_METRICS : GATEWAY_BAND_METRICS;
  const alarms = ALARM_METRIC * (own + each * gateways);
  const key = KEY * ofType('AWS::KMS::Key').length;
  const idle = alarms + key + SWEEP;
  const prices = recordingPrices(region, values.get('LogsInsights') === 'true');
  const perGib = prices.reduce((sum, { perGib: price }) => sum + price, 0);
  return [
    `${dollars(idle)} a month while nothing is recorded: ${dollars(alarms)} for alarms, ${key === 0 ? '' : `${dollars(key)} for a key, `}${dollars(SWEEP)} for sweeps; a dashboard, ${dollars(DASHBOARD)} more, is free if it is one of the account's first three`,
    `${dollars(perGib)} for each GiB of recorded lines, some five million of them, ${limitText(values.get('MonthlyBudget') ?? '')}; prices of us-east-1 but for recordings`,
    ...(values.get('ContinuousSources') ? ['what ContinuousSources cost, preflight has said'] : []),
  ];
}
