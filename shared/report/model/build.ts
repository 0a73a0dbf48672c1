import { NO_TIME } from '../../flow/record.ts';
import type { NodePod } from '../../names/claim.ts';
import { breakEven, costOf, type Prices, perDay } from '../../prices/prices.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { type Metered, meteredBetween } from '../measure/metrics.ts';
import { type Advice, adviseOn } from './advice.ts';
import { bySource } from './by-source.ts';
import { domainsTable } from './domains.ts';
import { type Fixed, fixedOf } from './fixed.ts';
import { notesOf } from './gateway-notes.ts';
import { divisionOf } from './group-by.ts';
import { headlineOf } from './headline.ts';
import { likelyEndpointsOf } from './likely-endpoints.ts';
import { namesOf } from './names.ts';
import { gatewayOf, nameTag } from './network.ts';
import { nothingText } from './nothing.ts';
import { organizationsTable } from './organizations.ts';
import { meteredOf, type RecordedTime, recordingPart } from './recording.ts';
import type { Report } from './report.ts';
import { bytesByService, usesOf } from './service-uses.ts';
import { servicesTable } from './services.ts';
import { type Amount, type Basis, destinationsTable, portsTable, rejectRows } from './tables.ts';
import { provenOf, recordsOf, totalsOf } from './totals.ts';
import type { VpcDescription } from './vpc-description.ts';

/** What a report takes from beside the flow logs. */
export interface ReportContext {
  readonly version: string;
  /** Unix milliseconds. */
  readonly now: number;
  readonly region: { readonly name: string; readonly isAssumed: boolean };
  readonly prices: Prices;
  /** The most rows of a table. */
  readonly top: number;
  readonly network?: VpcDescription | undefined;
  readonly metered?: Metered | undefined;
  /** The alarm's threshold in bytes per minute, and its period in seconds (a minute by default). */
  readonly threshold?: number | undefined;
  readonly alarmPeriod?: number | undefined;
  /** The recording that the lines are of; undefined for other flow logs. */
  readonly recording?: RecordedTime | undefined;
  /** How many of the lines are from below errors/. */
  readonly fromErrors?: number | undefined;
  /** The label of sources that the report is grouped by, or `gateway`, or `service`. */
  readonly groupBy?: string | undefined;
  /** The pods on Kubernetes nodes, as files of names list them. */
  readonly pods?: readonly NodePod[] | undefined;
  /** AWS's address ranges were to be read, and could not be. */
  readonly rangesFailed?: boolean | undefined;
  /** The gateway's id and name; they take precedence over the description's. */
  readonly gateway?: { readonly id?: string | undefined; readonly name?: string | undefined };
  /** Why which files or objects could not be read to their end. */
  readonly unread?: readonly string[];
}

/** Concludes a report from the sums of its flows. */
export function buildReport(aggregate: Aggregate, context: ReportContext): Report {
  const { network = {}, prices, region, now, version, top } = context;
  const { start, end } = aggregate;
  const totals = totalsOf(aggregate);
  const total = forwardedOf(totals);
  const natPerGib = aggregate.isPriced ? prices.natPerGib : undefined;
  const basis: Basis = { total, natPerGib, top };
  const names = namesOf(network, vpcsOf(aggregate, network), aggregate);
  const division = divisionOf(context.groupBy, aggregate, names, network);
  const advice = adviceOf(aggregate, context);
  const services = servicesTable(aggregate, basis, advice, region.name);
  const hasTime = start !== NO_TIME && end >= start;
  const recording = recordingOf(context, hasTime ? start : undefined);
  const seconds = hasTime ? end - start : 0;
  return {
    natflow: version,
    writtenAt: new Date(now).toISOString(),
    gateway: identify(aggregate, totals, context),
    headline: {
      ...headlineOf(aggregate, { total: total.bytes, natPerGib }, names, division),
      ...nothingHeadline(aggregate, totals, recording),
    },
    region,
    window: hasTime ? { start: iso(start), end: iso(end) } : undefined,
    seconds,
    recording,
    legs: aggregate.legs,
    records: recordsOf(aggregate),
    unread: context.unread?.length ? context.unread : undefined,
    totals,
    ...bySource(aggregate, basis, names, { ...context, recording, division }),
    services,
    ...namesOfTargets(aggregate, basis),
    destinations: destinationsTable(aggregate, basis),
    ports: portsTable(aggregate, basis),
    rejects: { flows: aggregate.refused, rows: rejectRows(aggregate, top) },
    cost: costs(totals, aggregate.textBytes, seconds, advice, prices),
    advice,
    fixed: hasTime ? fixes(aggregate, network, start) : undefined,
    likelyEndpoints: likelyEndpointsOf(services.rows, seconds, prices),
    reconciliation: reconcile(aggregate, Number(totals.throughGateway.bytes), context),
    breakEvenGibPerHour: Number.isFinite(breakEven(prices)) ? breakEven(prices) : null,
  };
}

function namesOfTargets(aggregate: Aggregate, basis: Basis) {
  return {
    domains: domainsTable(aggregate, basis),
    organizations: organizationsTable(aggregate, basis),
  };
}

function forwardedOf({ forwarded, upload }: Report['totals']): Amount {
  return {
    bytes: Number(forwarded.bytes),
    upload: Number(upload.bytes),
    flows: forwarded.flows,
  };
}

/** The VPCs that the lines name, and those of their gateways. */
function vpcsOf(aggregate: Aggregate, network: VpcDescription): Set<string> {
  const { services } = aggregate.tables;
  const named = Array.from({ length: services.size }, (_, entry) =>
    aggregate.vpcName(services.keyOf(entry)[1] ?? 0),
  );
  const described = aggregate.gateways.map((name) => gatewayOf(name, network)?.VpcId ?? '');
  return new Set([...named, ...described]);
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** A report without traffic says why in its headline. */
function nothingHeadline(
  aggregate: Aggregate,
  totals: Report['totals'],
  recording: Report['recording'],
) {
  const text = nothingText({ records: recordsOf(aggregate), totals, recording });
  return text === undefined ? {} : { text };
}

function recordingOf(
  { recording, metered, fromErrors }: ReportContext,
  firstPacket: number | undefined,
): Report['recording'] {
  return recording && recordingPart(recording, firstPacket, metered, fromErrors);
}

function identify(
  aggregate: Aggregate,
  totals: Report['totals'],
  { network = {}, gateway }: ReportContext,
): Report['gateway'] {
  const interfaces = aggregate.gateways;
  const [first] = interfaces;
  const described =
    first !== undefined && interfaces.length === 1 ? gatewayOf(first, network) : undefined;
  return {
    name: gateway?.name ?? (nameTag(described?.Tags) || undefined),
    id: gateway?.id ?? described?.NatGatewayId,
    interfaces,
    proven: provenOf(aggregate),
    notes: notesOf(aggregate, totals),
  };
}

function adviceOf(aggregate: Aggregate, context: ReportContext): Advice[] {
  const { network, prices, region, rangesFailed = false } = context;
  if (!aggregate.isPriced) return [];
  const advice = usesOf(aggregate, rangesFailed).map((use) =>
    adviseOn(use, { network, region: region.name, natPerGib: prices.natPerGib }),
  );
  return advice.filter((each) => each !== undefined).sort((a, b) => b.saving - a.saving);
}

/** Bytes are those of a gateway's only where the report is priced. */
function fixes(aggregate: Aggregate, network: VpcDescription, start: number): Fixed[] | undefined {
  if (!aggregate.isPriced) return undefined;
  const vpcIds = vpcsOf(aggregate, network);
  const fixed = fixedOf(bytesByService(aggregate), network, vpcIds, start);
  return fixed.length === 0 ? undefined : fixed;
}

function costs(
  { throughGateway: { flows, bytes } }: Report['totals'],
  textBytes: number,
  seconds: number,
  advice: readonly Advice[],
  { natPerGib, logPerGib, source }: Prices,
): Report['cost'] {
  const total = flows > 0 ? costOf(Number(bytes), natPerGib) : null;
  const avoidable = advice.reduce((sum, { saving }) => sum + saving, 0);
  return {
    perGib: natPerGib,
    source,
    total,
    perDay: total === null ? undefined : perDay(total, seconds),
    avoidable,
    avoidablePerDay: perDay(avoidable, seconds),
    recording: costOf(textBytes, logPerGib),
  };
}

/** Flows are compared with the metered bytes of their recording, late lines or not, or else of their own time. */
function reconcile(
  { start, end }: Aggregate,
  bytes: number,
  { metered, recording }: ReportContext,
): Report['reconciliation'] {
  if (metered === undefined) return undefined;
  const meteredBytes =
    recording === undefined
      ? meteredBetween(metered, start, end)
      : meteredOf(recording, metered, { bytes, start, end });
  return { meteredBytes, percent: meteredBytes > 0 ? (bytes / meteredBytes) * 100 : null };
}
