import type { Finding } from '../../../shared/contract/doctor.ts';
import { budgetAnswer } from '../check-budget.ts';
import { byGateway } from '../events.ts';
import type { Ports } from '../reconcile.ts';
import { diagnose } from './checks.ts';
import { readErrors } from './delivery-log.ts';
import type { DoctorPorts, GatewayAlarm, StackNames } from './facts.ts';
import { gather } from './gather.ts';

/** The AWS calls that the ports of the checks are made of. */
interface Calls extends Omit<DoctorPorts, keyof Ports | 'gatewayAlarms' | 'deliverNothing'> {
  /** All metric alarms whose names begin as those of the stack do. */
  gatewayAlarms(): Promise<readonly Omit<GatewayAlarm, 'gatewayId'>[]>;
  /** Resolves with the end of the forwarder's log. */
  deliverNothing(): Promise<string>;
}

/** Gathers the facts, and what all checks find in them. It changes nothing. */
export async function diagnosis(names: StackNames, own: Ports, calls: Calls): Promise<Finding[]> {
  const facts = await gather(names, {
    ...calls,
    flowLogs: own.flowLogs,
    list: own.list,
    save: own.save,
    budget: () => budgetAnswer(own),
    gatewayAlarms: async () =>
      [...byGateway(await calls.gatewayAlarms(), names.stack)].map(([gatewayId, alarm]) => ({
        gatewayId,
        ...alarm,
      })),
    deliverNothing: async () => ({ errors: readErrors(await calls.deliverNothing()) }),
  });
  return diagnose(facts);
}
