import type { ExportSummary } from './summary.ts';

/** The metrics of exports, as docs/operating.md explains them, and their units in CloudWatch's words. */
interface Units {
  readonly RecordsReceived: 'Count';
  readonly FlowsExported: 'Count';
  readonly FlowsUnsent: 'Count';
  readonly FlowsOtherLeg: 'Count';
  readonly FlowsOwnTraffic: 'Count';
  readonly FlowsNotExportable: 'Count';
  readonly FlowsReplayed: 'Count';
  readonly RecordsNoData: 'Count';
  readonly RecordsSkipData: 'Count';
  readonly RecordsRejected: 'Count';
  readonly RecordsReingested: 'Count';
  readonly RecordsRefused: 'Count';
  readonly DatagramsSent: 'Count';
  readonly DatagramErrors: 'Count';
  readonly BytesExported: 'Bytes';
  readonly BatchDurationMs: 'Milliseconds';
  readonly DuplicateBatches: 'Count';
  readonly LeaseFallbacks: 'Count';
  readonly ExportFailures: 'Count';
  readonly DeliveryLagSeconds: 'Seconds';
  readonly ObjectsReplayed: 'Count';
  readonly ObjectsFailed: 'Count';
  readonly ObjectsMissing: 'Count';
  readonly ObjectsDeleted: 'Count';
  readonly EventsRejected: 'Count';
}

export type MetricName = keyof Units;

/** One value of a metric. */
export type Metric<Name extends MetricName = MetricName> = {
  [Each in Name]: readonly [name: Each, unit: Units[Each], value: number];
}[Name];

/**
 * The metrics that all exporting functions publish, of one export or of several. `flows` is the name of the metric
 * for flow records that collectors' sockets took; `undecodable` is the number of records that could not be decoded.
 */
export function exportMetrics<Flows extends 'FlowsExported' | 'FlowsReplayed'>(
  flows: Flows,
  exports: readonly ExportSummary[],
  undecodable: number,
  milliseconds: number,
) {
  const sum = (of: (summary: ExportSummary) => number) =>
    exports.reduce((total, summary) => total + of(summary), 0);
  return [
    [flows, 'Count', sum(({ exported }) => exported.records)],
    ['RecordsNoData', 'Count', sum(({ nodata }) => nodata)],
    ['RecordsSkipData', 'Count', sum(({ skipdata }) => skipdata)],
    ['RecordsRejected', 'Count', sum(({ malformed }) => malformed) + undecodable],
    ['DatagramsSent', 'Count', sum(({ exported }) => exported.datagrams)],
    ['BytesExported', 'Bytes', sum(({ exported }) => exported.bytes)],
    ['BatchDurationMs', 'Milliseconds', milliseconds],
  ] as const;
}
