import type { Context } from 'aws-lambda';
import { controllerPorts } from '../../shared/aws/controller-ports.ts';
import { reporting } from '../../shared/aws/custom-resources.ts';
import type { ControllerAnswer } from '../../shared/contract/controller.ts';
import type { Finding } from '../../shared/contract/doctor.ts';
import { newLogger } from '../../shared/log.ts';
import { type ControllerSettings, controllerSettings } from '../../shared/settings/controller.ts';
import { writeOutput } from '../../shared/terminal.ts';
import { control } from './control.ts';
import { following } from './following/following.ts';
import { readTold, writeTold } from './following/told.ts';
import { gatewayMetrics, metricLine } from './metrics.ts';
import { followPortsOf, portsOf } from './ports.ts';
import type { Ports } from './reconcile.ts';
import { readBudgetState, writeBudgetState } from './stored-budget.ts';
import { readState, writeState } from './stored-state.ts';

const logger = newLogger('controller');
// Metrics are written line by line: they have two dimensions, of which the gateway differs.
const write = (line: string) => void writeOutput(line);

/** What every event needs. A deployment with wrong settings is told what is wrong, as the answer to its request. */
const controller = attempt(() => {
  const settings = controllerSettings();
  const aws = controllerPorts(
    settings,
    { read: readState, write: writeState },
    { read: readBudgetState, write: writeBudgetState },
    { read: readTold, write: writeTold },
  );
  const followed = following(followPortsOf(aws, settings), settings.stack, settings.follows);
  return { settings, aws, followed };
});

/** Does the work at once, and returns what gives its result or throws its error. */
function attempt<T>(work: () => T): () => T {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Loaded for its command alone: a recording needs neither these checks nor their clients. */
async function doctor(settings: ControllerSettings, ports: Ports): Promise<Finding[]> {
  const [{ doctorPorts }, { diagnosis }] = await Promise.all([
    import('../../shared/aws/doctor-ports.ts'),
    import('./doctor/diagnosis.ts'),
  ]);
  return await diagnosis(settings, ports, await doctorPorts(settings));
}

/** The controller: alarm events, timers, sweeps, commands and CloudFormation, all in one. */
export async function handler(
  event: unknown,
  context: Context,
): Promise<ControllerAnswer | undefined> {
  logger.addContext(context);
  return await reporting(event, async () => {
    const { settings, aws, followed } = controller();
    const ports = portsOf(aws, settings, write, context.invokedFunctionArn);
    const answer = await control(ports, event, settings.stack, {
      diagnose: () => doctor(settings, ports),
      following: followed,
    });
    logger.info(answer.ignored ?? 'looked', { gateways: answer.gateways });
    for (const gateway of answer.gateways) {
      write(metricLine(settings.stack, gateway.gatewayId, gatewayMetrics(gateway)));
    }
    return answer;
  });
}
