import * as v from 'valibot';
import type { MetricName } from '../export/metrics.ts';
import { readShape } from '../read-shape.ts';

/** The forwarder does not write a metric that is zero. */
const COUNT = v.optional(
  v.pipe(v.number(), v.integer('a whole number'), v.minValue(0, 'a number from 0')),
  0,
);

/** docs/operating.md explains each metric. */
const DELIVERY_REPORT = v.object({
  RecordsReceived: COUNT,
  FlowsExported: COUNT,
  FlowsUnsent: COUNT,
  FlowsOtherLeg: COUNT,
  FlowsOwnTraffic: COUNT,
  FlowsNotExportable: COUNT,
  RecordsNoData: COUNT,
  RecordsSkipData: COUNT,
  RecordsRejected: COUNT,
  RecordsReingested: COUNT,
  RecordsRefused: COUNT,
  DatagramsSent: COUNT,
  DatagramErrors: COUNT,
  BytesExported: COUNT,
  BatchDurationMs: v.optional(v.number(), 0),
  DuplicateBatches: COUNT,
  LeaseFallbacks: COUNT,
  ExportFailures: COUNT,
  /** Missing when the delivery had no flow that was exported, or the newest ended in this second. */
  DeliveryLagSeconds: v.exactOptional(v.number()),
} satisfies Partial<Record<MetricName, v.GenericSchema>>);

/** The CloudWatch metrics that the forwarder publishes for each delivery, in the namespace NatFlow. */
export type DeliveryReport = v.InferOutput<typeof DELIVERY_REPORT>;

/** The name of one of these metrics. */
export type DeliveryMetric = keyof DeliveryReport;

/** Checks the metrics of a delivery, by name. @throws ShapeError naming the first that is wrong. */
export function readDeliveryReport(values: unknown): DeliveryReport {
  return readShape(DELIVERY_REPORT, values, 'metrics of a delivery');
}
