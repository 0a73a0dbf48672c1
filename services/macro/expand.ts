import { checkSources, type FoundSource } from '../../shared/continuous/sources.ts';
import { chooseGateways, type Gateway } from '../../shared/gateway/choose-gateways.ts';
import { alarmResources } from './alarm.ts';
import { fillDashboard } from './dashboard.ts';
import { flowLogResources } from './flow-log.ts';
import { type Fragment, withProperties } from './fragment.ts';
import { checkResources } from './limits.ts';
import { readParameters } from './parameters.ts';
import { queryLogResources } from './query-logs.ts';
import type { MacroRequest } from './request.ts';
import { checkNetwork, openToCollectors, type Subnet } from './security-group.ts';
import { checkVersion } from './version.ts';

/** The gateways of the account and region, and those subnets and sources that the parameters name and that exist. */
export interface Inventory {
  readonly gateways: readonly Gateway[];
  readonly subnets: readonly Subnet[];
  readonly sources: readonly FoundSource[];
}

/** The parameters cannot be deployed. The message names every fault. */
export class Refused extends Error {}

/**
 * The template with an alarm for every NAT gateway that the parameters choose, a query log of each of their VPCs
 * if the parameters ask for it, a flow log for every continuous source, the dashboard showing them, and the forwarder's
 * security group open to the collectors. Logical ids come from the ids of gateways, VPCs and sources.
 * @throws Refused, or ShapeError when the template's dashboard is not as the macro needs it.
 */
export function expand(request: MacroRequest, inventory: Inventory): Fragment {
  const { gateways, subnets, sources: found } = inventory;
  const faults: string[] = [];
  const complain = (fault: string) => void faults.push(fault);
  const refuseFaults = () => {
    if (faults.length > 0) throw new Refused(faults.join('; '));
  };
  checkVersion(request.fragment, request.templateParameterValues, complain);
  // A newer template may mean something else by a parameter: nothing else is said of it.
  refuseFaults();
  const parameters = readParameters(request.templateParameterValues, complain);
  const { natGatewayIds, sources } = parameters;
  const chosen = natGatewayIds === '' ? [] : chooseGateways(natGatewayIds, gateways, complain);
  checkSources(sources, found, complain);
  checkNetwork(parameters, subnets, complain);
  refuseFaults();

  const { fragment } = request;
  const alarms = chosen.map((gateway) => alarmResources(gateway, parameters));
  const flowLogs = sources.map(flowLogResources);
  const queryLogs = queryLogResources(chosen, parameters);
  const Resources = Object.assign({ ...fragment.Resources }, ...alarms, ...flowLogs, queryLogs);
  checkResources({ ...fragment, Resources }, fragment, chosen.length, sources.length, complain);
  refuseFaults();
  const watching = withProperties({ ...fragment, Resources }, 'Dashboard', (properties) =>
    fillDashboard(properties, chosen, parameters),
  );
  if (parameters.subnetIds.length === 0) return watching;
  return withProperties(watching, 'ForwarderSecurityGroup', () =>
    openToCollectors(parameters, subnets),
  );
}
