import type { CollectorAddress } from '../../shared/netflow/collectors.ts';
import type { Survey } from './survey.ts';

/** The parameters of a stack that checks look at. */
export interface Plan {
  /** As the parameter NatGatewayIds. */
  readonly nat: string;
  /** As the parameter ContinuousSources. */
  readonly continuous: string;
  readonly collectors: readonly CollectorAddress[];
  readonly subnetIds: readonly string[];
}

/** One line of a check's result. */
export interface Finding {
  /** The id or the address that it is about. */
  readonly about: string;
  readonly text: string;
  /** What has to be mended before natflow can work. */
  readonly faults?: readonly string[];
}

/** A check of an account against a plan. It only reads. */
export interface Check {
  readonly name: string;
  /** Findings in the order in which they are made. @throws UsageError when the plan names what does not exist. */
  readonly run: (survey: Survey, plan: Plan) => AsyncIterable<Finding>;
}
