import { invokeCommand } from '../../../shared/command-line.ts';
import { MACRO_NAME, MACRO_VERSION } from '../../../shared/contract/macro.ts';
import { chosenNow } from '../../../shared/gateway/followed.ts';
import type { NatGateway } from '../../../shared/gateway/nat-gateway.ts';
import { dollars, duration } from '../../../shared/text/units.ts';
import { utcMinute } from '../../../shared/text/utc.ts';
import { awsCommand, type Check, count, type Found, given, ok, unknown, wrong } from './check.ts';
import type { Facts, GatewayAlarm, Metric, Recorded, StackNames } from './facts.ts';

/** Whether a spike would be noticed, and a flow log created for it. */
export const RECORDING_CHECKS: readonly Check[] = [
  { name: 'gateways', run: checkGateways },
  { name: 'following', run: checkFollowing },
  { name: 'metrics', run: checkMetrics },
  { name: 'service role', run: checkServiceRole },
  { name: 'table', run: checkTable },
  { name: 'orphans', run: checkOrphans },
  { name: 'deliveries', run: checkDeliveries },
  { name: 'macro', run: checkMacro },
  { name: 'budget', run: checkBudget },
];

function checkGateways(facts: Facts): readonly Found[] {
  const { names } = facts;
  const drift = awsCommand(
    names,
    'cloudformation',
    'detect-stack-drift',
    '--stack-name',
    names.stack,
  );
  const list = awsCommand(names, 'ec2', 'describe-nat-gateways');
  return given(facts.alarms, drift, (alarms) => {
    if (alarms.length === 0 && names.follows !== undefined) {
      return [unknown('no alarm watches a NAT gateway yet: natflow follows those that come')];
    }
    if (alarms.length === 0 && names.continuous !== undefined) {
      return [ok('no NAT gateway is watched: the stack exports its ContinuousSources alone')];
    }
    if (alarms.length === 0) {
      return [wrong('no alarm watches a NAT gateway, so nothing is recorded', drift)];
    }
    return given(facts.gateways, list, (gateways) =>
      summarised(
        alarms.flatMap((alarm) => gatewayFault(alarm, gateways, facts)),
        `${count(alarms.length, 'gateway')} can be recorded, as a dry run of CreateFlowLogs says`,
      ),
    );
  });
}

function gatewayFault(
  { name, gatewayId }: GatewayAlarm,
  gateways: readonly NatGateway[],
  { names, dryRuns }: Facts,
): Found[] {
  const state = gateways.find(({ id }) => id === gatewayId)?.state ?? 'gone';
  if (state === 'pending') {
    const show = awsCommand(names, 'ec2', 'describe-nat-gateways', '--nat-gateway-ids', gatewayId);
    return [unknown(`${gatewayId} is pending and cannot be recorded yet`, show)];
  }
  if (state !== 'available' && names.follows !== undefined) {
    return [unknown(`${gatewayId} is ${state}: a sweep removes its alarm within the hour`)];
  }
  if (state !== 'available') {
    const remove = awsCommand(names, 'cloudwatch', 'delete-alarms', '--alarm-names', name);
    const text = `${gatewayId} is ${state} and its alarm watches nothing: remove the alarm, and deploy again to watch another gateway`;
    return [wrong(text, remove)];
  }
  const dryRun = dryRuns.get(gatewayId);
  if (dryRun === undefined || !('failure' in dryRun)) return [];
  return [wrong(`${gatewayId} cannot be recorded: ${dryRun.failure}`, simulateCreation(names))];
}

/** Whether the gateways that NatGatewayIds chooses today are watched, those that came after the deployment included. */
function checkFollowing({ names, alarms, gateways }: Facts): readonly Found[] {
  const { follows: choice } = names;
  if (choice === undefined || 'failure' in alarms || 'failure' in gateways) return [];
  const watched = new Set(alarms.value.map(({ gatewayId }) => gatewayId));
  const chosen = chosenNow(choice, gateways.value);
  const missing = chosen.filter(({ id }) => !watched.has(id)).map(({ id }) => id);
  if (missing.length === 0) {
    const today =
      chosen.length === 0
        ? 'none today'
        : `${count(chosen.length, 'gateway')} today, each with its alarm`;
    return [ok(`natflow follows ${choice.natGatewayIds}: ${today}`)];
  }
  const logs = awsCommand(
    names,
    ...['logs', 'tail', `/natflow/${names.stack}/controller`, '--since', '30m'],
  );
  const text = `${missing.join(', ')} has no alarm yet: a sweep makes it within the hour, and its log says why if it cannot`;
  return [unknown(text, logs)];
}

/** Shows which policy does not allow what the controller's role asks for. */
function simulateCreation(names: StackNames): string {
  const controller = ['--function-name', `${names.stack}-controller`];
  const role = awsCommand(
    names,
    ...['lambda', 'get-function-configuration', ...controller],
    ...['--query', 'Role', '--output', 'text'],
  );
  const action = ['--action-names', 'ec2:CreateFlowLogs'];
  const simulate = awsCommand(names, 'iam', 'simulate-principal-policy', ...action);
  return `${simulate} --policy-source-arn "$(${role})"`;
}

/**
 * Whether the alarms evaluate what CloudWatch meters. The dimensions of regional NAT gateways' metrics are not
 * documented: an alarm on other dimensions would stay OK for any traffic.
 */
function checkMetrics({ names, alarms, metered }: Facts): readonly Found[] {
  if ('failure' in alarms) return [];
  const list = awsCommand(names, 'cloudwatch', 'list-metrics', '--namespace', 'AWS/NATGateway');
  return given(metered, list, (known) => {
    const found = alarms.value.flatMap((alarm) => metricFault(alarm, known, list));
    const seen = alarms.value.length - found.length;
    const sound = `${count(seen, 'alarm')} had data points in the last two weeks`;
    return seen === 0 ? found : [ok(sound), ...found];
  });
}

function metricFault(
  { gatewayId, metrics }: GatewayAlarm,
  known: readonly Metric[],
  list: string,
): Found[] {
  if (metrics.some((metric) => known.some((each) => isSame(metric, each)))) return [];
  const others = known.filter(({ dimensions }) => Object.values(dimensions).includes(gatewayId));
  const show = `${list} --dimensions Name=NatGatewayId,Value=${gatewayId}`;
  const [other] = others;
  if (other === undefined) {
    const text = `nothing was metered of ${gatewayId} in the last two weeks, so it is not known whether its alarm sees its traffic`;
    return [unknown(text, show)];
  }
  const text = `CloudWatch meters ${gatewayId} by ${dimensionsOf(other)} and its alarm evaluates ${metrics.map(evaluated).join(' and ') || 'no metric'}, so it is never raised`;
  return [wrong(text, show)];
}

function isSame(a: Metric, b: Metric): boolean {
  return a.namespace === b.namespace && a.name === b.name && key(a) === key(b);
}

function key({ dimensions }: Metric): string {
  return JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function evaluated(metric: Metric): string {
  return `${metric.name} by ${dimensionsOf(metric)}`;
}

function dimensionsOf({ dimensions }: Metric): string {
  return Object.keys(dimensions).sort().join(' and ') || 'no dimension';
}

/** Log delivery writes to the stream with this role. */
function checkServiceRole({ names, serviceRole }: Facts): readonly Found[] {
  const service = 'delivery.logs.amazonaws.com';
  const create = awsCommand(
    names,
    'iam',
    'create-service-linked-role',
    '--aws-service-name',
    service,
  );
  return given(serviceRole, create, (exists) => [
    exists
      ? ok('AWSServiceRoleForLogDelivery exists')
      : unknown(
          'AWSServiceRoleForLogDelivery does not exist: AWS creates it with the first flow log to Firehose, unless an organisation forbids it',
          create,
        ),
  ]);
}

function checkTable({ names, table }: Facts): readonly Found[] {
  const show = awsCommand(names, 'dynamodb', 'describe-table', '--table-name', names.table);
  return given(table, show, (isSound) => [
    isSound
      ? ok(`${names.table} can be read and written`)
      : wrong(`${names.table} does not check the versions of items`, show),
  ]);
}

function listFlowLogs(names: StackNames): string {
  const filter = `Name=tag:natflow:stack,Values=${names.stack}`;
  return awsCommand(names, 'ec2', 'describe-flow-logs', '--filter', filter);
}

function checkOrphans({ names, recorded }: Facts): readonly Found[] {
  return given(recorded, listFlowLogs(names), (value) => {
    const ids = orphansIn(value);
    if (ids.length === 0) return [ok('no flow log without a recording')];
    const text = `${count(ids.length, 'flow log')} of this stack without a recording, which the sweep should have deleted within five minutes: ${ids.join(', ')}`;
    return [wrong(text, awsCommand(names, 'ec2', 'delete-flow-logs', '--flow-log-ids', ...ids))];
  });
}

function orphansIn({ flowLogs, items }: Recorded): string[] {
  const current = new Set(items.flatMap(({ state }) => state.recording?.id ?? []));
  return flowLogs.filter(({ recordingId }) => !current.has(recordingId)).map(({ id }) => id);
}

/** What AWS says of the flow logs that exist: those of LogsInsights are told of nowhere else. */
function checkDeliveries({ names, recorded }: Facts): readonly Found[] {
  if ('failure' in recorded) return [];
  const { flowLogs } = recorded.value;
  const faults = flowLogs.flatMap(({ id, destinationType, undelivered }) => {
    if (undelivered === undefined) return [];
    const text = `AWS cannot deliver the lines of ${id} (${destinationType}): ${undelivered}`;
    return [wrong(text, listFlowLogs(names))];
  });
  const sound = `AWS reports no failed delivery of ${count(flowLogs.length, 'flow log')}`;
  return summarised(
    faults,
    flowLogs.length === 0 ? 'nothing is being recorded, so nothing is being delivered' : sound,
  );
}

function checkMacro({ names, macro }: Facts): readonly Found[] {
  const show = awsCommand(names, 'lambda', 'get-function', '--function-name', MACRO_NAME);
  return given(macro, show, (version) => [macroFinding(version, show)]);
}

function macroFinding(version: number | undefined, show: string): Found {
  if (version === undefined) return ok('the stack was deployed without the macro');
  return version >= MACRO_VERSION
    ? ok(`${MACRO_NAME} has version ${version}, and this stack needs ${MACRO_VERSION}`)
    : wrong(
        `${MACRO_NAME} has version ${version}, and this stack needs ${MACRO_VERSION} for its next update: run npm run deploy in the newest checkout of natflow`,
        show,
      );
}

/** Whether a limit of the month, or what is not known of it, keeps spikes from being recorded. */
function checkBudget({ names, budget }: Facts): readonly Found[] {
  const metric = ['--namespace', 'AWS/Firehose', '--metric-name', 'IncomingBytes'];
  const list = awsCommand(names, 'cloudwatch', 'list-metrics', ...metric);
  return given(budget, list, (value) => {
    if (value === undefined)
      return [ok('no MonthlyBudget and no MonthlyRecordingHours limit recordings')];
    const { status, reason, limits, until } = value;
    const used = `${dollars(value.dollars)}${limits.dollars === 0 ? '' : ` of ${dollars(limits.dollars)}`} spent and ${duration(Math.round(value.recordingTime / 1000))}${limits.recordingTime === 0 ? '' : ` of ${duration(limits.recordingTime / 1000)}`} recorded since ${utcMinute(value.since)} UTC`;
    if (status === 'open') return [ok(used)];
    if (status !== 'reached')
      return [
        wrong(`no recording begins, because it is not known what was spent: ${reason}`, list),
      ];
    const reset = invokeCommand(names, 'controller', { command: 'reset-budget' });
    return [wrong(`nothing is recorded until ${utcMinute(until)} UTC or a reset: ${used}`, reset)];
  });
}

function summarised(found: readonly Found[], sound: string): readonly Found[] {
  return found.length === 0 ? [ok(sound)] : found;
}
