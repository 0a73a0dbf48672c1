import type { Context } from 'aws-lambda';
import { controllerPorts } from '../../shared/aws/controller-ports.ts';
import { reporting } from '../../shared/aws/custom-resources.ts';
import { controllerSettings } from '../../shared/config.ts';
import type { ControllerAnswer } from '../../shared/contract/controller.ts';
import { alarmNamePrefix } from '../../shared/gateway/nat-gateway.ts';
import { newLogger } from '../../shared/log.ts';
import { writeOutput } from '../../shared/terminal.ts';
import { control } from './control.ts';
import { byGateway } from './events.ts';
import { gatewayMetrics, metricLine } from './metrics.ts';
import { notify } from './notify.ts';
import type { Ports } from './reconcile.ts';
import { readState, writeState } from './stored-state.ts';

const settings = controllerSettings();
const { stack } = settings;
const logger = newLogger('controller');
const write = (line: string) => void writeOutput(line);
const aws = controllerPorts(settings, { read: readState, write: writeState });

/** The controller: alarm events, timers, sweeps, commands and CloudFormation, all in one. */
export async function handler(
  event: unknown,
  context: Context,
): Promise<ControllerAnswer | undefined> {
  logger.addContext(context);
  const ports: Ports = {
    ...aws,
    rules: settings,
    now: Date.now,
    alarms: async (id) => byGateway(await aws.alarms(alarmNamePrefix(stack), id), stack),
    arm: (gatewayId, id, at) => aws.arm(context.invokedFunctionArn, gatewayId, id, at),
    notify: (notification, watch) => notify(notification, watch, settings, { ...aws, write }),
  };
  return await reporting(event, async () => {
    const answer = await control(ports, event, stack);
    logger.info(answer.ignored ?? 'looked', { gateways: answer.gateways });
    for (const gateway of answer.gateways) {
      write(metricLine(settings.stack, gateway.gatewayId, gatewayMetrics(gateway)));
    }
    return answer;
  });
}
