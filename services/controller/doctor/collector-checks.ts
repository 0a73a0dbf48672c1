import { isIP } from 'node:net';
import { isPrivateHost } from '../../../shared/flow/private-addresses.ts';
import { contains, routeFault, routeFrom } from '../../../shared/gateway/route.ts';
import {
  type CollectorAddress,
  formatCollector,
  parseCollectors,
} from '../../../shared/netflow/collectors.ts';
import { DEFAULT_PORTS, parseVersion } from '../../../shared/netflow/protocol.ts';
import { Collectors, NetFlowVersion } from '../../../shared/stack-parameters.ts';
import { awsCommand, type Found, given, ok, unknown, wrong } from './check.ts';
import type {
  CollectorError,
  EgressRule,
  Facts,
  ForwarderFunction,
  FunctionNetwork,
  StackNames,
} from './facts.ts';

/** The forwarder's way to each collector. That datagrams arrive is never known: UDP has no answer. */
export function checkCollectors(facts: Facts): readonly Found[] {
  const { names, forwarder } = facts;
  const name = `${names.stack}-forwarder`;
  const show = awsCommand(names, 'lambda', 'get-function-configuration', '--function-name', name);
  return given(forwarder, show, (found) => {
    const collectors = collectorsOf(found);
    if (collectors.length === 0) return [ok('none: records go to the archive alone')];
    return collectors.map((collector) => wayTo(collector, found, facts));
  });
}

function collectorsOf({ environment }: ForwarderFunction): CollectorAddress[] {
  const text = environment[Collectors.variable] || Collectors.default;
  const version = parseVersion(environment[NetFlowVersion.variable] || NetFlowVersion.default);
  return text === '' ? [] : parseCollectors(text, DEFAULT_PORTS[version]);
}

function wayTo(collector: CollectorAddress, forwarder: ForwarderFunction, facts: Facts): Found {
  const { names, delivery, network } = facts;
  const address = formatCollector(collector);
  const error = errorOf(address, delivery);
  if (error !== undefined) return wrong(`${address}: ${error.message}`, forwarderLogs(names));
  if (forwarder.subnetIds.length === 0) return publicWay(collector, names);
  if ('failure' in network) return unknown(`${address}: ${network.failure}`);
  return (
    closedPort(collector, forwarder, network.value, names) ??
    missingRoute(collector, network.value, facts) ??
    ok(
      `${address}: ${wayText(collector, delivery)}, and the security group lets datagrams out; UDP does not tell whether they arrive`,
    )
  );
}

function errorOf(address: string, delivery: Facts['delivery']): CollectorError | undefined {
  const errors = 'value' in delivery ? (delivery.value.errors ?? []) : [];
  return errors.find(({ collector }) => collector === address);
}

function wayText({ host }: CollectorAddress, delivery: Facts['delivery']): string {
  if (isIP(host) !== 0) return 'each subnet has a route';
  const isResolved = 'value' in delivery && delivery.value.errors !== undefined;
  return isResolved ? 'its name resolves' : 'whether its name resolves is not known';
}

function publicWay({ host, ...collector }: CollectorAddress, names: StackNames): Found {
  const address = formatCollector({ host, ...collector });
  if (isPrivateHost(host)) {
    const parameters = ['--stack-name', names.stack, '--query', 'Stacks[0].Parameters'];
    const show = awsCommand(names, 'cloudformation', 'describe-stacks', ...parameters);
    return wrong(
      `${address} is a private address, which the forwarder reaches only with SubnetIds: deploy with them`,
      show,
    );
  }
  return ok(
    `${address}: datagrams go over the Internet, unencrypted; UDP does not tell whether they arrive`,
  );
}

/** The rules of several groups add up, and a rule whose addresses are not known may be the one. */
function closedPort(
  { host, port, ...rest }: CollectorAddress,
  { securityGroupIds }: ForwarderFunction,
  { egress }: FunctionNetwork,
  names: StackNames,
): Found | undefined {
  const isOpen = egress.some((rule) => letsOut(rule, host, port));
  const [groupId = ''] = securityGroupIds;
  if (isOpen || groupId === '') return undefined;
  const cidr = isIP(host) === 0 ? '0.0.0.0/0' : isIP(host) === 6 ? `${host}/128` : `${host}/32`;
  const ranges =
    isIP(host) === 6 ? `Ipv6Ranges=[{CidrIpv6=${cidr}}]` : `IpRanges=[{CidrIp=${cidr}}]`;
  const permission = `IpProtocol=udp,FromPort=${port},ToPort=${port},${ranges}`;
  const open = awsCommand(
    names,
    'ec2',
    'authorize-security-group-egress',
    '--group-id',
    groupId,
    '--ip-permissions',
    permission,
  );
  return wrong(
    `${formatCollector({ host, port, ...rest })}: ${securityGroupIds.join(' and ')} lets no UDP out to it`,
    open,
  );
}

function letsOut({ fromPort, toPort, cidrs }: EgressRule, host: string, port: number): boolean {
  if (port < fromPort || port > toPort) return false;
  return cidrs.length === 0 || isIP(host) === 0 || cidrs.some((cidr) => contains(cidr, host));
}

function missingRoute(
  collector: CollectorAddress,
  { subnets, routeTables }: FunctionNetwork,
  { names, alarms }: Facts,
): Found | undefined {
  if (isIP(collector.host) === 0) return undefined;
  const watched = new Set('value' in alarms ? alarms.value.map(({ gatewayId }) => gatewayId) : []);
  for (const subnet of subnets) {
    const fault = routeFault(routeFrom(subnet, collector.host, routeTables), watched);
    if (fault === undefined) continue;
    const filter = ['--filters', `Name=vpc-id,Values=${subnet.vpcId}`];
    const show = awsCommand(names, 'ec2', 'describe-route-tables', ...filter);
    return wrong(`${formatCollector(collector)}: ${subnet.id} ${fault}`, show);
  }
  return undefined;
}

function forwarderLogs(names: StackNames): string {
  return awsCommand(names, 'logs', 'tail', `/natflow/${names.stack}/forwarder`, '--since', '10m');
}
