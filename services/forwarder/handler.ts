import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, FirehoseTransformationEvent } from 'aws-lambda';
import { exportPorts } from '../../shared/aws/export-ports.ts';
import { forwarderSettings } from '../../shared/config.ts';
import { timeToSend } from '../../shared/deadline.ts';
import { newLogger } from '../../shared/log.ts';
import { Forwarder } from './forward.ts';
import { metricsOf } from './metrics.ts';
import { logged } from './report.ts';

const settings = forwarderSettings();
const logger = newLogger('forwarder');
const metrics = new Metrics({ namespace: 'NatFlow' });
metrics.clearDefaultDimensions();
metrics.setDefaultDimensions({ Stack: settings.stack });
const ports = exportPorts(settings);
const forwarder = new Forwarder(settings, {
  ...ports,
  // Deliveries that do not fit their answer are rare: only those load Firehose's client.
  reingest: async (...pieces) => {
    const { putRecords } = await import('../../shared/aws/streams.ts');
    return await putRecords(...pieces);
  },
  now: Date.now,
});

/** The Firehose transformation: flow log records in, plain lines back, their flows to the collectors. */
export async function handler(event: FirehoseTransformationEvent, context: Context) {
  const began = performance.now();
  const deadline = began + timeToSend(context.getRemainingTimeInMillis());
  logger.addContext(context);
  const { answer, report } = await forwarder.deliver(event, deadline);
  const errors = ports.transport.takeErrors();
  for (const [name, unit, value] of metricsOf(report, errors, performance.now() - began)) {
    metrics.addMetric(name, unit, value);
  }
  metrics.publishStoredMetrics();
  const isHealthy = errors.length === 0 && report.failure === undefined;
  logger[isHealthy ? 'info' : 'warn']('delivery', { ...logged(report), errors });
  return answer;
}
