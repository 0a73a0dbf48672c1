import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { errorAbout } from '../../shared/error-about.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { Tenures } from '../../shared/names/tenures.ts';
import { pricesOf } from '../../shared/prices/prices.ts';
import { addText } from '../../shared/report/measure/add-text.ts';
import { Aggregate, type AggregateOptions } from '../../shared/report/measure/aggregate.ts';
import { type IpRanges, readIpRanges } from '../../shared/report/measure/ip-ranges.ts';
import { type Metered, readMetrics } from '../../shared/report/measure/metrics.ts';
import { buildReport } from '../../shared/report/model/build.ts';
import { knownInterfaces, namesOfGateway } from '../../shared/report/model/network.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { reportMessage } from './messages.ts';
import { readNamesBeside } from './names-beside.ts';
import { monthSoFar, type ReportStore } from './report-store.ts';
import type { ArchivedText, ReporterPorts } from './reporter-ports.ts';

/** Settings for all reports. */
export interface ReportSettings {
  readonly version: string;
  readonly region: string;
  /** The order of the fields in the archive. */
  readonly format?: Format | undefined;
  /** Dollars; undefined: the price of the table. */
  readonly natPerGib?: number | undefined;
  /** What reports are grouped by; undefined: nothing. */
  readonly groupBy?: string | undefined;
}

/** An aggregation window of a minute may begin before the flow log's creation and end after its deletion. */
const AROUND_MS = 60_000;
/** Firehose buffers lines for some minutes before it writes them as an object. */
const ARCHIVE_LAG_MS = 900_000;

/**
 * Reads a recording's lines from the archive, stores its report and mails it. A failure to read earlier reports is
 * only warned of.
 * @throws Error when EC2 does not list the gateway, or the report cannot be stored or mailed.
 */
export async function reportRecording(
  recording: EndedRecording,
  settings: ReportSettings,
  ports: ReporterPorts & Pick<ReportStore, 'reports' | 'report'>,
): Promise<Report> {
  const report = await readRecording(recording, settings, ports, { cells: true });
  const files = { html: renderHtml(report, await ports.pageScript()), json: renderJson(report) };
  const place = await ports.storeReport(recording, files);
  const month = await attempt(monthSoFar(ports, recording), ports);
  const { recordingsLeft } = recording;
  const mail = writeMail(report, { ...place, recordingsLeft, month });
  await ports.notify(recording.id, reportMessage(report, recording, mail, place));
  return report;
}

/**
 * The report of what is in the archive of a recording. Some failures are only warned of, because a report can do
 * without: CloudWatch's metrics, AWS's address ranges, a damaged object.
 * @throws Error when EC2 does not list the gateway.
 */
export async function readRecording(
  recording: EndedRecording,
  settings: ReportSettings,
  ports: ReporterPorts,
  { cells }: Pick<AggregateOptions, 'cells'> = {},
): Promise<Report> {
  const { gatewayId, startedAt, endedAt } = recording;
  const from = new Date(startedAt - AROUND_MS);
  const to = new Date(endedAt + AROUND_MS);
  const spikeFrom = new Date(Math.min(recording.spikeAt ?? startedAt, startedAt) - AROUND_MS);
  const [network, metered, ranges] = await Promise.all([
    ports.describe(),
    attempt<Metered>(ports.meter(gatewayId, spikeFrom, to).then(readMetrics), ports),
    readRanges(ports),
  ]);
  const until = new Date(endedAt + ARCHIVE_LAG_MS);
  const { names, resolved, asns } = await readNamesBeside(ports, from, until);
  if (settings.groupBy === 'asn' && asns === undefined) {
    ports.warn('GroupBy is asn, and the archive has no database of AS numbers, names/asn.mmdb');
  }
  const aggregate = new Aggregate({
    ...{ resolved, asns, tenures: names && new Tenures(names.claims) },
    byGateway: settings.groupBy === 'gateway',
    cells,
    gateway: namesOf(gatewayId, network),
    known: knownInterfaces(network),
    between: { from: from.getTime() / 1000, to: to.getTime() / 1000 },
    geography: ranges && { ranges, home: () => settings.region },
  });
  await addObjects(ports.archive(from, until), aggregate, settings, ports);
  const processed = linesOf(aggregate);
  await addObjects(ports.errors(from, until), aggregate, settings, ports);
  return buildReport(aggregate, {
    version: settings.version,
    now: ports.now(),
    region: { name: settings.region, isAssumed: false },
    prices: pricesOf(settings.region, { natPerGib: settings.natPerGib }),
    ...{ top: 20, groupBy: settings.groupBy, pods: names?.pods },
    network,
    metered,
    rangesFailed: ranges === undefined && ports.ipRanges !== undefined,
    threshold: recording.threshold,
    alarmPeriod: recording.alarmPeriod,
    recording,
    fromErrors: linesOf(aggregate) - processed,
    gateway: { id: gatewayId, name: recording.gatewayName },
  });
}

async function readRanges(ports: ReporterPorts): Promise<IpRanges | undefined> {
  const reading = ports.ipRanges?.().then((value) => readIpRanges(value, 'ip-ranges.json'));
  return reading && (await attempt(reading, ports));
}

function namesOf(gatewayId: string, network: VpcDescription): Set<string> {
  const isListed = network.NatGateways?.some(({ NatGatewayId }) => NatGatewayId === gatewayId);
  if (isListed) return namesOfGateway(gatewayId, network);
  throw new Error(
    `EC2 does not list NAT gateway ${gatewayId}, so its interfaces and lines are unknown`,
  );
}

async function addObjects(
  objects: AsyncIterable<ArchivedText>,
  aggregate: Aggregate,
  { format }: ReportSettings,
  ports: ReporterPorts,
): Promise<void> {
  for await (const object of objects) await attempt(addObject(object, aggregate, format), ports);
}

function linesOf({ records }: Aggregate): number {
  return Object.values(records).reduce((sum, lines) => sum + lines, 0);
}

async function addObject({ name, pieces }: ArchivedText, aggregate: Aggregate, format?: Format) {
  try {
    await addText(aggregate, readFlowLog(pieces), format);
  } catch (error) {
    throw errorAbout(name, error);
  }
}

/** Awaits what a report can do without: a failure is warned of, and the result is undefined. */
export async function attempt<T>(
  work: Promise<T>,
  { warn }: Pick<ReporterPorts, 'warn'>,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    warn((error as Error).message);
    return undefined;
  }
}
