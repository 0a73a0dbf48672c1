import { lookup } from 'node:dns/promises';
import { isPrivateHost } from '../../shared/flow/private-addresses.ts';
import { type ChosenGateway, chooseGateways } from '../../shared/gateway/choose-gateways.ts';
import { flowLogTarget } from '../../shared/gateway/nat-gateway.ts';
import { type RouteTable, routeFault, routeFrom } from '../../shared/gateway/route.ts';
import { type CollectorAddress, formatCollector } from '../../shared/netflow/collectors.ts';
import { shownName } from '../../shared/text/shorten.ts';
import type { Check, Finding, Plan } from './check.ts';
import { checkContinuous } from './continuous-check.ts';
import { UsageError } from './errors.ts';
import type { Subnet, Survey } from './survey.ts';

/** What a deployment would find: watched gateways, a threshold, continuous sources, the way to the collectors. */
export const DEPLOYMENT_CHECKS: readonly Check[] = [
  { name: 'gateways', run: checkGateways },
  { name: 'threshold', run: checkThreshold },
  { name: 'continuous', run: checkContinuous },
  { name: 'collectors', run: checkCollectors },
];

const MB = 1e6;
/** Bytes per minute; smaller spikes are not worth a recording. */
const LEAST_THRESHOLD = 100 * MB;

async function* checkGateways(survey: Survey, { nat }: Plan): AsyncGenerator<Finding> {
  const gateways = await survey.gateways();
  const chosen = await chosenBy(survey, nat);
  const text = nat === '' ? 'none is to be watched' : `${chosen.length} in ${survey.region}`;
  yield { about: 'gateways', text };
  for (const { id, name } of chosen) {
    const gateway = gateways.find((each) => each.id === id);
    const peak = await survey.peak(id);
    const logs = await survey.flowLogs(gateway ? flowLogTarget(gateway).resourceIds : []);
    const parts = [name && shownName(name), gateway?.mode, describePeak(peak), describeLogs(logs)];
    yield { about: id, text: parts.filter(Boolean).join(', ') };
  }
}

async function* checkThreshold(survey: Survey, { nat }: Plan): AsyncGenerator<Finding> {
  const peaks: number[] = [];
  for (const { id } of await chosenBy(survey, nat)) {
    const peak = await survey.peak(id);
    if (peak !== undefined) peaks.push(peak);
  }
  if (nat === '') return;
  const threshold = formatThreshold(suggestThreshold(peaks));
  yield { about: 'threshold', text: `${threshold} a minute suggested` };
}

async function* checkCollectors(survey: Survey, plan: Plan): AsyncGenerator<Finding> {
  const { nat, collectors, subnetIds } = plan;
  const subnets = await survey.subnets(subnetIds);
  const missing = subnetIds.filter((wanted) => !subnets.some(({ id }) => id === wanted));
  if (missing.length > 0) throw new UsageError(`there is no subnet ${missing.join(', ')}`);
  const tables =
    subnetIds.length === 0 ? [] : await survey.routeTables(subnets.map(({ vpcId }) => vpcId));
  const watched = new Set((await chosenBy(survey, nat)).map(({ id }) => id));
  for (const collector of collectors) {
    const faults = await faultsOfWay(collector, subnets, tables, watched);
    const text = faults.length === 0 ? 'can be reached' : faults.join('; ');
    yield { about: formatCollector(collector), text, faults };
  }
}

async function chosenBy(survey: Survey, nat: string): Promise<ChosenGateway[]> {
  if (nat === '') return [];
  const faults: string[] = [];
  const parts = nat.split(',').map((part) => part.trim());
  const chosen = chooseGateways(parts.join(','), await survey.gateways(), (fault) =>
    faults.push(fault),
  );
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  return chosen;
}

/**
 * A threshold in bytes per minute for gateways with these peaks: at least twice the highest one, rounded up to
 * 1, 2 or 5 times a power of ten, so that usual traffic stays below it.
 */
export function suggestThreshold(peaks: readonly number[]): number {
  const wanted = Math.max(LEAST_THRESHOLD, 2 * Math.max(0, ...peaks));
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10);
}

/** As the stack's parameter Threshold takes it. */
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

/** Why the forwarder could not, or should not, send to a collector from these subnets. */
async function faultsOfWay(
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
