import type { Context, FirehoseTransformationEvent } from 'aws-lambda';
import { exportPorts } from '../../shared/aws/export-ports.ts';
import { timeToSend } from '../../shared/deadline.ts';
import { newLogger } from '../../shared/log.ts';
import { addMetrics, newMetrics } from '../../shared/metrics.ts';
import { forwarderSettings } from '../../shared/settings/export.ts';
import { Forwarder, type Ports } from './forward.ts';
import { metricsOf } from './metrics.ts';

const settings = forwarderSettings();
const logger = newLogger('forwarder');
const metrics = newMetrics(settings.stack);
const ports = await exportPorts(settings);
// A dynamic import: only a delivery that does not fit its answer needs Firehose's client, and those are rare.
const reingest: Ports['reingest'] = async (...pieces) =>
  (await import('../../shared/aws/streams.ts')).putRecords(...pieces);
const forwarder = new Forwarder(settings, { ...ports, reingest, now: Date.now });

/**
 * The Firehose transformation: returns flow log records as plain lines and exports their flows. Without middy, whose
 * 4 KB do not fit the limit of the cold bundle. It is not needed: `deliver` does not throw, so there is no error to
 * handle.
 */
export async function handler(event: FirehoseTransformationEvent, context: Context) {
  const began = performance.now();
  logger.addContext(context);
  const deadline = began + timeToSend(context.getRemainingTimeInMillis());
  const { answer, report } = await forwarder.deliver(event, deadline);
  const errors = ports.transport.takeErrors();
  addMetrics(metrics, metricsOf(report, errors, performance.now() - began));
  metrics.publishStoredMetrics();
  // The metrics are the only line of a delivery without troubles: lines of the log cost more than computing them.
  const { failure, summary } = report;
  const { fallback } = summary;
  if (errors.length > 0 || failure !== undefined || fallback !== undefined) {
    logger.warn('delivery', { errors, failure, fallback });
  }
  return answer;
}
