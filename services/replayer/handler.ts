import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { exportPorts } from '../../shared/aws/export-ports.ts';
import { openObjects } from '../../shared/aws/objects.ts';
import { replayerSettings } from '../../shared/config.ts';
import { timeToSend } from '../../shared/deadline.ts';
import { tasksOf } from './events.ts';
import { replayTasks } from './replay-objects.ts';
import { answerOf, metricsOf } from './result.ts';

const settings = replayerSettings();
const logger = new Logger({ serviceName: 'replayer' });
const metrics = new Metrics({ namespace: 'NatFlow' });
metrics.clearDefaultDimensions();
metrics.setDefaultDimensions({ Stack: settings.stack });
const objects = await openObjects();
const ports = { ...exportPorts(settings), ...objects };

/** Objects that events tell of: to the collectors, by the same data path as the forwarder's. */
export async function handler(event: unknown, context: Context) {
  const began = performance.now();
  const deadline = began + timeToSend(context.getRemainingTimeInMillis());
  logger.addContext(context);
  const result = await replayTasks(tasksOf(event), settings, ports, deadline);
  for (const metric of metricsOf(result, performance.now() - began)) metrics.addMetric(...metric);
  metrics.publishStoredMetrics();
  for (const outcome of result.outcomes) {
    logger[outcome.error === undefined ? 'info' : 'error']('object', { ...outcome });
  }
  return answerOf(result);
}
