import { chooseGateways, type Gateway } from '../../shared/gateway/choose-gateways.ts';
import { alarmResources } from './alarm.ts';
import { fillDashboard } from './dashboard.ts';
import { type Fragment, withProperties } from './fragment.ts';
import { checkFollowed, checkResources } from './limits.ts';
import { readParameters } from './parameters.ts';
import type { MacroRequest } from './request.ts';
import { checkNetwork, openToCollectors, type Subnet } from './security-group.ts';
import { checkVersion } from './version.ts';

/** The gateways of the account and region, and those subnets that the parameters name and that exist. */
export interface Inventory {
  readonly gateways: readonly Gateway[];
  readonly subnets: readonly Subnet[];
}

/** The parameters cannot be deployed. The message names every fault. */
export class Refused extends Error {}

/**
 * The template with an alarm for every NAT gateway that the parameters choose today, the dashboard showing
 * them, and the forwarder's security group open to the collectors. Logical ids come from gateways' ids.
 * @throws Refused, or ShapeError when the template's dashboard is not as the macro needs it.
 */
export function expand(request: MacroRequest, { gateways, subnets }: Inventory): Fragment {
  const faults: string[] = [];
  const complain = (fault: string) => void faults.push(fault);
  const refuseFaults = () => {
    if (faults.length > 0) throw new Refused(faults.join('; '));
  };
  checkVersion(request.fragment, request.templateParameterValues, complain);
  // A newer template may mean something else by a parameter: nothing else is said of it.
  refuseFaults();
  const parameters = readParameters(request.templateParameterValues, complain);
  const chosen = chooseGateways(parameters.natGatewayIds, gateways, complain);
  checkFollowed(parameters.natGatewayIds, complain);
  checkNetwork(parameters, subnets, complain);
  refuseFaults();

  const { fragment } = request;
  const alarms = chosen.map((gateway) => alarmResources(gateway, parameters));
  const Resources = Object.assign({ ...fragment.Resources }, ...alarms);
  checkResources({ ...fragment, Resources }, fragment, chosen.length, complain);
  refuseFaults();
  const watching = withProperties({ ...fragment, Resources }, 'Dashboard', (properties) =>
    fillDashboard(properties, chosen, parameters),
  );
  if (parameters.subnetIds.length === 0) return watching;
  return withProperties(watching, 'ForwarderSecurityGroup', () =>
    openToCollectors(parameters, subnets),
  );
}
