import type { Context } from 'aws-lambda';
import { controllerPorts } from '../../shared/aws/controller-ports.ts';
import { reporting } from '../../shared/aws/custom-resources.ts';
import { controllerSettings } from '../../shared/config.ts';
import type { ControllerAnswer } from '../../shared/contract/controller.ts';
import { newLogger } from '../../shared/log.ts';
import { writeOutput } from '../../shared/terminal.ts';
import { control } from './control.ts';
import { gatewayMetrics, metricLine } from './metrics.ts';
import { portsOf } from './ports.ts';
import { readState, writeState } from './stored-state.ts';

const settings = controllerSettings();
const logger = newLogger('controller');
// Metrics are written line by line: they have two dimensions, of which the gateway differs.
const write = (line: string) => void writeOutput(line);
const aws = controllerPorts(settings, { read: readState, write: writeState });

/** The controller: alarm events, timers, sweeps, commands and CloudFormation, all in one. */
export async function handler(
  event: unknown,
  context: Context,
): Promise<ControllerAnswer | undefined> {
  logger.addContext(context);
  return await reporting(event, async () => {
    const ports = portsOf(aws, settings, write, context.invokedFunctionArn);
    const answer = await control(ports, event, settings.stack);
    logger.info(answer.ignored ?? 'looked', { gateways: answer.gateways });
    for (const gateway of answer.gateways) {
      write(metricLine(settings.stack, gateway.gatewayId, gatewayMetrics(gateway)));
    }
    return answer;
  });
}
