import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { exportPorts } from '../../shared/aws/export-ports.ts';
import { openObjects } from '../../shared/aws/objects.ts';
import { timeToSend } from '../../shared/deadline.ts';
import { newLogger } from '../../shared/log.ts';
import { addMetrics, newMetrics } from '../../shared/metrics.ts';
import { replayerSettings } from '../../shared/settings/export.ts';
import { tasksOf } from './events.ts';
import { replayTasks } from './replay-objects.ts';
import { answerOf, logged, metricsOf } from './result.ts';

const settings = replayerSettings();
const logger = newLogger('replayer');
const metrics = newMetrics(settings.stack);
const ports = { ...(await exportPorts(settings)), ...(await openObjects()) };

async function replay(event: unknown, context: Context) {
  const began = performance.now();
  const deadline = began + timeToSend(context.getRemainingTimeInMillis());
  const result = await replayTasks(tasksOf(event), settings, ports, deadline);
  addMetrics(metrics, metricsOf(result, performance.now() - began));
  for (const outcome of result.outcomes) {
    logger[outcome.error === undefined ? 'info' : 'error']('object', logged(outcome));
  }
  return answerOf(result);
}

/**
 * Sends the objects in events to the collectors, by the same data path as the forwarder. With middy, because the
 * metrics of an event are published even when its answer is an error.
 */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(replay);
