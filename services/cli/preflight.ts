import { lookup } from 'node:dns/promises';
import { Command } from 'commander';
import { isPrivateHost } from '../../shared/flow/private-addresses.ts';
import { type ChosenGateway, chooseGateways } from '../../shared/gateway/choose-gateways.ts';
import { flowLogTarget, type NatGateway } from '../../shared/gateway/nat-gateway.ts';
import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import { formatCollector } from '../../shared/netflow/collectors.ts';
import { writeLine } from '../../shared/terminal.ts';
import { shownName } from '../../shared/text/shorten.ts';
import { RunError, UsageError } from './errors.ts';
import { collectorsOption } from './options.ts';
import { type RouteTable, routeFault, routeFrom } from './route.ts';

type Subnet = { readonly id: string; readonly vpcId: string };

/** What preflight asks AWS; nothing of it changes anything. */
export interface Survey {
  readonly region: string;
  gateways(): Promise<NatGateway[]>;
  /** The most bytes in a minute of the last week, both directions; undefined when nothing was metered. */
  peak(gatewayId: string): Promise<number | undefined>;
  /** The flow logs there are on these resources. */
  flowLogs(
    resourceIds: readonly string[],
  ): Promise<readonly { readonly stack: string | undefined }[]>;
  subnets(ids: readonly string[]): Promise<Subnet[]>;
  routeTables(vpcIds: readonly string[]): Promise<RouteTable[]>;
}

/** Takes a line to show. */
type Write = (line: string) => void;

/** Says something about something. */
type Say = (what: string, words: string) => void;

interface PreflightOptions {
  readonly nat: string;
  readonly collectors?: string;
  readonly subnets?: string;
}

const MB = 1e6;
/** Less is noise, and not worth a recording. */
const LEAST_THRESHOLD = 100 * MB;

/** `natflow preflight`: what a deployment would find, looked at before it. */
export function preflightCommand(open: () => Promise<Survey>, write: Write = writeLine): Command {
  return new Command('preflight')
    .description(
      'look at what a deployment needs: NAT gateways, their peaks, the way to collectors',
    )
    .option('--nat <gateways>', 'as the parameter NatGatewayIds', 'all')
    .option('-n, --collectors <host:port,…>', 'as the parameter Collectors')
    .option('--subnets <ids>', 'as the parameter SubnetIds')
    .action(async (options: PreflightOptions) => {
      const collectors =
        options.collectors === undefined ? [] : collectorsOption(options.collectors, 5);
      const survey = await open();
      const say = (what: string, words: string) => write(`preflight  ${what.padEnd(24)} ${words}`);
      await lookAtGateways(survey, options.nat, say);
      const faults = await lookAtWays(survey, collectors, options, say);
      if (faults.length > 0) throw new RunError(faults.join('; '));
    });
}

async function lookAtGateways(survey: Survey, nat: string, say: Say): Promise<void> {
  const gateways = await survey.gateways();
  const chosen = choose(nat, gateways);
  say('gateways', `${chosen.length} in ${survey.region}`);
  const peaks: number[] = [];
  for (const { id, name } of chosen) {
    const gateway = gateways.find((each) => each.id === id);
    const peak = await survey.peak(id);
    if (peak !== undefined) peaks.push(peak);
    const logs = await survey.flowLogs(gateway ? flowLogTarget(gateway).resourceIds : []);
    say(
      id,
      [name && shownName(name), gateway?.mode, describePeak(peak), describeLogs(logs)]
        .filter(Boolean)
        .join(', '),
    );
  }
  say('threshold', `${formatThreshold(suggestThreshold(peaks))} a minute suggested`);
}

function choose(nat: string, gateways: readonly NatGateway[]): ChosenGateway[] {
  const faults: string[] = [];
  const parts = nat.split(',').map((part) => part.trim());
  const chosen = chooseGateways(parts.join(','), gateways, (fault) => faults.push(fault));
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  return chosen;
}

/** Twice the highest peak, rounded up to 1, 2 or 5 times a power of ten: what is usual stays below. */
export function suggestThreshold(peaks: readonly number[]): number {
  const wanted = Math.max(LEAST_THRESHOLD, 2 * Math.max(0, ...peaks));
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10);
}

function formatThreshold(bytes: number): string {
  return bytes < 1000 * MB ? `${bytes / MB}MB` : `${bytes / (1000 * MB)}GB`;
}

function describePeak(peak: number | undefined): string {
  if (peak === undefined) return 'nothing metered in the last 7 days';
  return `7-day peak ${(peak / MB).toFixed(1)} MB a minute`;
}

function describeLogs(logs: readonly { readonly stack: string | undefined }[]): string {
  if (logs.length === 0) return '';
  const stacks = [...new Set(logs.flatMap(({ stack }) => stack ?? []))];
  const ours = stacks.length === 0 ? '' : ` (of ${stacks.join(', ')})`;
  return `${logs.length} flow log${logs.length === 1 ? '' : 's'} already${ours}`;
}

async function lookAtWays(
  survey: Survey,
  collectors: readonly CollectorAddress[],
  { nat, subnets: list = '' }: PreflightOptions,
  say: Say,
): Promise<string[]> {
  const ids = list.split(',').filter((id) => id !== '');
  const subnets = await survey.subnets(ids);
  const missing = ids.filter((wanted) => !subnets.some(({ id }) => id === wanted));
  if (missing.length > 0) throw new UsageError(`there is no subnet ${missing.join(', ')}`);
  const tables =
    ids.length === 0 ? [] : await survey.routeTables(subnets.map(({ vpcId }) => vpcId));
  const watched = new Set(choose(nat, await survey.gateways()).map(({ id }) => id));
  const faults: string[] = [];
  for (const collector of collectors) {
    const found = await wayTo(collector, subnets, tables, watched);
    say(formatCollector(collector), found.length === 0 ? 'can be reached' : found.join('; '));
    faults.push(...found.map((fault) => `${formatCollector(collector)}: ${fault}`));
  }
  return faults;
}

async function wayTo(
  { host }: CollectorAddress,
  subnets: readonly Subnet[],
  tables: readonly RouteTable[],
  watched: ReadonlySet<string>,
): Promise<string[]> {
  const address = await lookup(host).then(
    (found) => found.address,
    () => undefined,
  );
  if (address === undefined) return ['its name is not known here'];
  if (subnets.length === 0) {
    return isPrivateHost(address) ? ['is a private address: SubnetIds are needed'] : [];
  }
  return subnets.flatMap((subnet) => {
    const fault = routeFault(routeFrom(subnet, address, tables), watched);
    return fault === undefined ? [] : [`${subnet.id} ${fault}`];
  });
}
