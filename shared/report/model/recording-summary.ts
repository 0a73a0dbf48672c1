import type { EndedRecording } from '../../contract/ended-recording.ts';
import {
  type RecordingSummary,
  SUMMARY_SCHEMA,
  type SummaryReport,
} from '../../contract/recording-summary.ts';
import { assumptionText, gatewayName, serviceName } from './labels.ts';
import type { Report, Row, Table } from './report.ts';

/** Where a recording was made, and where its report lies. */
export interface SummaryPlace
  extends Pick<RecordingSummary, 'natflow' | 'stack' | 'account' | 'region' | 'links'> {}

/** The summary of a recording that has no report yet, or whose report cannot be made. */
export function summaryWithoutReport(
  { id, gatewayId, gatewayName: name, spikeAt, startedAt, endedAt }: EndedRecording,
  place: SummaryPlace,
): RecordingSummary {
  return {
    ...{ schema: SUMMARY_SCHEMA, natflow: place.natflow, id, stack: place.stack },
    ...{ account: place.account, region: place.region, gateway: gatewayId, name: name ?? null },
    alarm: spikeAt === undefined ? null : iso(spikeAt),
    ...{ begun: iso(startedAt), ended: iso(endedAt), report: null, links: place.links },
  };
}

/** The summary of a recording by its report, also by one of an earlier release. */
export function summaryOf(id: string, report: Report, place: SummaryPlace): RecordingSummary {
  const { recording, window, writtenAt, gateway } = report;
  const name = gatewayName(report);
  return {
    ...{ schema: SUMMARY_SCHEMA, natflow: place.natflow, id, stack: place.stack },
    ...{ account: place.account, region: place.region },
    gateway: gateway.id ?? name,
    name: gateway.name ?? null,
    alarm: recording?.alarmAt ?? null,
    begun: recording?.madeAt ?? window?.start ?? writtenAt,
    ended: recording?.endedAt ?? window?.end ?? writtenAt,
    report: reportPart(report),
    links: place.links,
  };
}

function reportPart(report: Report): SummaryReport {
  const { headline, window, totals, cost, reconciliation } = report;
  const { text, source, name, target } = headline;
  return {
    written: report.writtenAt,
    headline: { text, source, name, target },
    ...{ first: window?.start ?? null, last: window?.end ?? null, seconds: report.seconds },
    ...{ bytes: Number(totals.forwarded.bytes), flows: totals.forwarded.flows },
    dollars: cost.total,
    metered: reconciliation?.meteredBytes ?? null,
    explained: reconciliation?.percent ?? null,
    unread: report.unread?.length ?? 0,
    recording: cost.recording,
    savings: cost.avoidable,
    endpoints: endpointsOf(report),
    sources: tableOf(report.sources, ({ address, id, name }) => ({
      ...{ address, id: id ?? null, name: name ?? null },
    })),
    services: servicesOf(report),
    peers: peersOf(report),
  };
}

function endpointsOf({ advice }: Report): SummaryReport['endpoints'] {
  return advice
    .filter(({ saving }) => saving > 0)
    .map((each) => ({
      ...{ service: each.service, vpc: each.vpcId, dollars: each.saving },
      assumption: assumptionText(each) ?? null,
    }));
}

function servicesOf({ services }: Report): SummaryReport['services'] {
  const table = tableOf(services, ({ service }) => ({ target: serviceName(service) }));
  const rows = table.rows.filter((_, at) => typeof services.rows[at]?.service === 'string');
  return { ...table, rows };
}

/**
 * Peers that are no service of AWS. The report's rows are of an address and a port, so a peer that has several of them
 * may have another one among those that the report does not show: any row may lack what these have.
 */
function peersOf({ destinations }: Report): SummaryReport['peers'] {
  const peers = new Map<string, { target: string; bytes: number; dollars: number | null }>();
  for (const { service, name, address, bytes, cost } of destinations.rows) {
    if (typeof service === 'string') continue;
    const target = name ?? address;
    const { bytes: sum, dollars } = peers.get(target) ?? { bytes: 0, dollars: 0 };
    const isPriced = cost !== null && dollars !== null;
    peers.set(target, {
      ...{ target, bytes: sum + bytes },
      dollars: isPriced ? dollars + cost : null,
    });
  }
  const rows = [...peers.values()].sort((a, b) => b.bytes - a.bytes);
  const { others } = tableOf(destinations, () => ({}));
  return { rows, others, error: others.bytes + destinations.error };
}

function tableOf<R extends Row, Key extends object>(
  { rows, others, error }: Table<R>,
  keyOf: (row: R) => Key,
) {
  return {
    rows: rows.map((row) => ({ ...keyOf(row), bytes: row.bytes, dollars: row.cost })),
    others: { count: others.count + (others.isAtLeast ? 1 : 0), bytes: others.bytes },
    error,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
