import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Metric } from './export/metrics.ts';

/** The metrics of a function; their one dimension is the stack. */
export function newMetrics(stack: string): Metrics {
  const metrics = new Metrics({ namespace: 'NatFlow' });
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ Stack: stack });
  return metrics;
}

/** Adds values to those that are published next. */
export function addMetrics(metrics: Metrics, values: readonly Metric[]): void {
  for (const [name, unit, value] of values) metrics.addMetric(name, unit, value);
}
