import type { Legs } from '../../shared/flow/legs.ts';
import type { Version } from '../../shared/netflow/protocol.ts';

/** The parameters of the template that a story sets; times in seconds. */
export interface Parameters {
  readonly recordingTime: number;
  readonly numOfRecordings: number;
  /** MonthlyBudget in dollars, as text; undefined: none. */
  readonly monthlyBudget?: string | undefined;
  readonly version: Version;
  readonly legs: Legs;
  /** host:port,… */
  readonly collectors: string;
  /** Whether recordings are reported by the deployed reporter. */
  readonly isReported: boolean;
  /** The threshold of gateways that come later, in bytes per minute; undefined when the account is not followed. */
  readonly followedAbove?: number | undefined;
  /** GroupBy: what reports add up sources by; undefined: nothing. */
  readonly groupBy?: string | undefined;
  /** LogFormat of the traffic's lines, when it is not the one that natflow records. */
  readonly logFormat?: string | undefined;
}
