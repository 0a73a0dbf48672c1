import type { NatGateway } from '../../../shared/gateway/nat-gateway.ts';
import { NEW_STATE } from '../watch.ts';
import type { DoctorPorts, Fact, Facts, GatewayAlarm, StackNames } from './facts.ts';

/** Dry runs at the same time: EC2 allows some requests a second of its kind. */
const AT_ONCE = 10;
/** The key of an item that is never saved. */
const NO_ITEM = 'doctor';

/** Asks AWS for all facts. What cannot be told is a fact as well, so that every check has its say. */
export async function gather(names: StackNames, ports: DoctorPorts): Promise<Facts> {
  const watching = Promise.all([fact(ports.gatewayAlarms()), fact(ports.gateways())]);
  const stream = fact(ports.stream());
  const forwarder = fact(ports.forwarder());
  const [alarms, gateways] = await watching;
  return {
    names,
    alarms,
    gateways,
    dryRuns: await dryRuns(watched(alarms, gateways), ports),
    metered: await fact(ports.meteredMetrics()),
    recorded: await fact(recorded(ports)),
    // The condition of this save cannot hold, so it writes nothing, and needs what a save needs.
    table: await fact(ports.save(NO_ITEM, NEW_STATE, 1).then((isSaved) => !isSaved)),
    serviceRole: await fact(ports.hasServiceRole()),
    stream: await stream,
    throughput: await fact(ports.throughput()),
    continuous: names.continuous && (await fact(ports.continuous(names.continuous))),
    archive: await after(stream, ({ bucket }) => ports.listBucket(bucket)),
    queryLogs: await after(stream, async ({ bucket }) =>
      names.dnsNames ? await ports.hasQueryLogs(bucket) : undefined,
    ),
    central:
      names.centralBucket === undefined
        ? undefined
        : await fact(ports.central(names.centralBucket)),
    subscriptions: await fact(ports.subscriptions()),
    forwarder: await forwarder,
    delivery: await after(forwarder, () => ports.deliverNothing()),
    network: await after(forwarder, (each) => ports.network(each)),
    macro: await fact(ports.macroVersion()),
    budget: await fact(ports.budget()),
  };
}

async function fact<T>(asking: Promise<T>): Promise<Fact<T>> {
  try {
    return { value: await asking };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** A fact that depends on another one. */
async function after<T, Next>(
  first: Promise<Fact<T>>,
  ask: (value: T) => Promise<Next>,
): Promise<Fact<Next>> {
  const known = await first;
  return 'failure' in known ? known : await fact(ask(known.value));
}

/** AWS is asked before the items are read: a flow log is created after its recording was saved. */
async function recorded({ flowLogs, list }: DoctorPorts) {
  const listed = await flowLogs();
  return { flowLogs: listed, items: await list() };
}

function watched(
  alarms: Fact<readonly GatewayAlarm[]>,
  gateways: Fact<readonly NatGateway[]>,
): NatGateway[] {
  if ('failure' in alarms || 'failure' in gateways) return [];
  const ids = new Set(alarms.value.map(({ gatewayId }) => gatewayId));
  return gateways.value.filter(({ id, state }) => ids.has(id) && state === 'available');
}

async function dryRuns(
  gateways: readonly NatGateway[],
  { dryRun }: DoctorPorts,
): Promise<Map<string, Fact<void>>> {
  const found = new Map<string, Fact<void>>();
  for (let i = 0; i < gateways.length; i += AT_ONCE) {
    const batch = gateways.slice(i, i + AT_ONCE);
    await Promise.all(batch.map(async (each) => void found.set(each.id, await fact(dryRun(each)))));
  }
  return found;
}
