import {
  type Complain,
  followsAccount,
  MOST_FOLLOWED,
} from '../../shared/gateway/choose-gateways.ts';
import type { Fragment } from './fragment.ts';

/**
 * The most resources of a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MOST_RESOURCES = 500;
/** What the SAM transform, which runs after the macro, makes of the functions' events and invoke settings. */
const MADE_BY_SAM = 6;

/** Reports a NatGatewayIds that the controller could not be given. */
export function checkFollowed(natGatewayIds: string, complain: Complain): void {
  const { length } = natGatewayIds;
  if (length <= MOST_FOLLOWED || !followsAccount(natGatewayIds)) return;
  complain(
    `NatGatewayIds has ${length} characters, and ${MOST_FOLLOWED} at most with all or tag: in it: tag the gateways instead of listing them`,
  );
}

/** Reports an expanded template with more resources than CloudFormation takes. `original` is the template itself. */
export function checkResources(
  expanded: Fragment,
  original: Fragment,
  gateways: number,
  sources: number,
  complain: Complain,
): void {
  const fixed = count(original) + MADE_BY_SAM;
  const all = count(expanded) + MADE_BY_SAM;
  if (all <= MOST_RESOURCES) return;
  const room = MOST_RESOURCES - fixed - sources;
  const each = (all - fixed - sources) / gateways;
  if (!(room >= each)) {
    complain(
      `${gateways} NAT gateways and ${sources} ContinuousSources make ${all} resources, and a stack has ${MOST_RESOURCES} at most: give some of the sources to another stack`,
    );
    return;
  }
  const stacks = Math.ceil(gateways / Math.floor(room / each));
  complain(
    `${gateways} NAT gateways make ${all} resources, and a stack has ${MOST_RESOURCES} at most: watch them with ${stacks} stacks, for example one for each value of a tag`,
  );
}

function count({ Resources }: Fragment): number {
  return Object.keys(Resources).length;
}
