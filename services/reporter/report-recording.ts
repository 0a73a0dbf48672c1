import type { Format } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { Aggregate } from '../../shared/report/aggregate.ts';
import { buildReport } from '../../shared/report/build.ts';
import { type Place, writeMail } from '../../shared/report/mail.ts';
import { type Metered, readMetrics } from '../../shared/report/metrics.ts';
import { namesOfGateway, type VpcDescription } from '../../shared/report/network.ts';
import { pricesOf } from '../../shared/report/prices.ts';
import { renderHtml } from '../../shared/report/render-html.ts';
import { renderJson } from '../../shared/report/render-json.ts';
import type { Report } from '../../shared/report/report.ts';

/** A recording that is over. Times are Unix milliseconds. */
export interface EndedRecording {
  readonly id: string;
  readonly gatewayId: string;
  readonly gatewayName?: string | undefined;
  /** The interfaces that its lines name, if they are known. */
  readonly interfaces?: readonly string[] | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the alarm, in bytes per minute. */
  readonly threshold?: number | undefined;
  /** As the mail says it: `7 of 10`. */
  readonly recordingsLeft?: string | undefined;
}

export interface ReporterSettings {
  readonly version: string;
  readonly region: string;
  /** The order of the fields in the archive. */
  readonly format: Format;
  readonly natPerGib?: number | undefined;
  /** Where the lines lie, as the mail tells it. */
  readonly rawUrl?: string | undefined;
  readonly reportDays: number;
}

/** An object of the archive: plain or gzip text, and its name for complaints. */
interface ArchivedText {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** What the reporter needs of the world. */
export interface ReporterPorts {
  /** Objects collected between these times. */
  readonly archive: (since: Date, until: Date) => AsyncIterable<ArchivedText>;
  readonly describe: () => Promise<VpcDescription>;
  /** CloudWatch's answer to GetMetricData for the gateway. */
  readonly meter: (gatewayId: string, from: Date, to: Date) => Promise<unknown>;
  /** Keeps a file under that name and gives a link to it, if one can be had. */
  readonly keep: (name: string, type: string, text: string) => Promise<string | undefined>;
  readonly tell: (mail: { readonly subject: string; readonly body: string }) => Promise<void>;
  readonly warn: (message: string) => void;
  readonly now: () => number;
}

/** Collection goes on for some minutes after a flow log was deleted, and windows begin before one was made. */
const AFTER_MS = 600_000;
const BEFORE_MS = 60_000;
/** Firehose holds lines back for some minutes before it writes an object. */
const DELIVERY_MS = 900_000;

/**
 * Reads what the archive has of a recording, keeps its report and tells it. What only makes the report
 * better may fail and is warned of: what CloudWatch metered, an object that is damaged, and, where the
 * gateway's interfaces are known without it, the description of the network.
 * @throws Error when nobody can say which lines are the gateway's.
 */
export async function reportRecording(
  recording: EndedRecording,
  settings: ReporterSettings,
  ports: ReporterPorts,
): Promise<Report> {
  const { gatewayId, interfaces, startedAt, endedAt } = recording;
  const from = new Date(startedAt - BEFORE_MS);
  const to = new Date(endedAt + AFTER_MS);
  const [network, metered] = await Promise.all([
    interfaces === undefined ? ports.describe() : attempt(ports.describe(), ports),
    attempt<Metered>(ports.meter(gatewayId, from, to).then(readMetrics), ports),
  ]);
  const aggregate = new Aggregate({
    gateway: new Set([...namesOfGateway(gatewayId, network ?? {}), ...(interfaces ?? [])]),
    between: { from: from.getTime() / 1000, to: to.getTime() / 1000 },
  });
  for await (const text of ports.archive(from, new Date(endedAt + DELIVERY_MS))) {
    await attempt(read(text, aggregate, settings.format), ports);
  }
  const report = buildReport(aggregate, {
    version: settings.version,
    now: ports.now(),
    region: { name: settings.region, isAssumed: false },
    prices: pricesOf(settings.region, { natPerGib: settings.natPerGib }),
    top: 20,
    network,
    metered,
    threshold: recording.threshold,
    gateway: { id: gatewayId, name: recording.gatewayName },
  });
  await ports.tell(writeMail(report, await keep(report, recording, settings, ports)));
  return report;
}

async function read({ name, pieces }: ArchivedText, aggregate: Aggregate, format: Format) {
  const { notes } = aggregate;
  const parser = new FlowLogParser({ format, notes, onFlow: (flow) => aggregate.add(flow) });
  try {
    for await (const piece of readFlowLog(pieces)) {
      aggregate.textBytes += piece.length;
      parser.write(piece);
    }
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  } finally {
    parser.end();
    aggregate.addRecords(parser.counts);
  }
}

async function keep(
  report: Report,
  { id, recordingsLeft }: EndedRecording,
  { rawUrl, reportDays }: ReporterSettings,
  ports: ReporterPorts,
): Promise<Place> {
  await ports.keep(`${id}/report.json`, 'application/json', renderJson(report));
  const reportUrl = await ports.keep(
    `${id}/report.html`,
    'text/html; charset=utf-8',
    renderHtml(report),
  );
  return { reportUrl, reportDays, rawUrl, recordingsLeft };
}

async function attempt<T>(work: Promise<T>, { warn }: ReporterPorts): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    warn((error as Error).message);
    return undefined;
  }
}
