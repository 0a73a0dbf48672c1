import type { AlarmRule } from './alarm-rule.ts';
import { type ChosenGateway, chooseGateways, type Gateway } from './choose-gateways.ts';

/** Which gateways get an alarm, and what it evaluates: the parameters that the macro was given as well. */
export interface Choice {
  /** As the parameter NatGatewayIds. */
  readonly natGatewayIds: string;
  readonly rule: AlarmRule;
}

/**
 * The gateways that a deployed stack is to watch now. A gateway that is named and was deleted is a fault of a
 * deployment; afterwards it only is not chosen.
 */
export function chosenNow(
  { natGatewayIds }: Pick<Choice, 'natGatewayIds'>,
  gateways: readonly Gateway[],
): ChosenGateway[] {
  return chooseGateways(natGatewayIds, gateways, () => undefined);
}
