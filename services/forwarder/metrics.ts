import type { DeliveryMetric } from '../../shared/contract/delivery-report.ts';
import { exportMetrics, type Metric } from '../../shared/export/metrics.ts';
import type { Report } from './report.ts';

/** A delivery's metrics that are not zero, by the names of docs/operating.md: CloudWatch is paid by the byte. */
export function metricsOf(
  { summary, ...report }: Report,
  collectors: readonly { readonly count: number }[],
  milliseconds: number,
): Metric<DeliveryMetric>[] {
  const datagramErrors = collectors.reduce((sum, { count }) => sum + count, 0);
  const metrics: Metric<DeliveryMetric>[] = [
    ['RecordsReceived', 'Count', report.records],
    ['FlowsUnsent', 'Count', report.unsent],
    ['FlowsOtherLeg', 'Count', summary.otherLeg],
    ['FlowsOwnTraffic', 'Count', summary.ownTraffic],
    ['FlowsNotExportable', 'Count', summary.notExportable],
    ...exportMetrics('FlowsExported', [summary], report.undecodable, milliseconds),
    ['RecordsReingested', 'Count', report.reingested],
    ['RecordsRefused', 'Count', report.refused],
    ['DatagramErrors', 'Count', datagramErrors],
    ['DuplicateBatches', 'Count', report.isDuplicate ? 1 : 0],
    ['LeaseFallbacks', 'Count', summary.fallback === undefined ? 0 : 1],
    ['ExportFailures', 'Count', report.failure === undefined ? 0 : 1],
  ];
  if (report.lagSeconds !== undefined) {
    metrics.push(['DeliveryLagSeconds', 'Seconds', report.lagSeconds]);
  }
  return metrics.filter(([, , value]) => value !== 0);
}
