import type { DeliveryMetric } from '../../shared/contract/delivery-report.ts';
import type { Report } from './report.ts';

/** One value of a metric; the units are CloudWatch's words. */
export type Metric = readonly [
  name: DeliveryMetric,
  unit: 'Count' | 'Bytes' | 'Seconds' | 'Milliseconds',
  value: number,
];

/** A delivery's metrics, by the names of docs/operating.md. */
export function metricsOf(
  report: Report,
  collectors: readonly { readonly count: number }[],
  milliseconds: number,
): Metric[] {
  const datagramErrors = collectors.reduce((sum, { count }) => sum + count, 0);
  const metrics: Metric[] = [
    ['RecordsReceived', 'Count', report.records],
    ['FlowsExported', 'Count', report.exported],
    ['FlowsUnsent', 'Count', report.unsent],
    ['FlowsOtherLeg', 'Count', report.otherLeg],
    ['FlowsOwnTraffic', 'Count', report.ownTraffic],
    ['FlowsNotExportable', 'Count', report.notExportable],
    ['RecordsNoData', 'Count', report.nodata],
    ['RecordsSkipData', 'Count', report.skipdata],
    ['RecordsRejected', 'Count', report.malformed + report.undecodable],
    ['RecordsReingested', 'Count', report.reingested],
    ['RecordsRefused', 'Count', report.refused],
    ['DatagramsSent', 'Count', report.datagrams],
    ['DatagramErrors', 'Count', datagramErrors],
    ['BytesExported', 'Bytes', report.bytes],
    ['BatchDurationMs', 'Milliseconds', milliseconds],
    ['DuplicateBatches', 'Count', report.isDuplicate ? 1 : 0],
    ['LeaseFallbacks', 'Count', report.fallback === undefined ? 0 : 1],
    ['ExportFailures', 'Count', report.failure === undefined ? 0 : 1],
  ];
  if (report.lagSeconds !== undefined) {
    metrics.push(['DeliveryLagSeconds', 'Seconds', report.lagSeconds]);
  }
  return metrics;
}
