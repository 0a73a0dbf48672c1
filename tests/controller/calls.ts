/**
 * The fault of a call: not done; done, but the response is lost; done twice; done later; or the caller crashes. Of
 * `notify`, `partly`: the mail is sent and the event is not.
 */
export type Fault =
  | 'partly'
  | 'throttled'
  | 'lost'
  | 'repeated'
  | 'late'
  | 'crash before'
  | 'crash after';

/** The calls that can have a fault, by the names of the ports. */
export const CALLS = [
  'flowLogs',
  'alarms',
  'load',
  'list',
  'save',
  'arm',
  'disarm',
  'look',
  'create',
  'deleteFlowLogs',
  'notify',
] as const;
/** The calls of a stack with a budget. */
export const BUDGET_CALLS = ['loadBudget', 'saveBudget', 'metered', 'notifyBudget'] as const;
export type BudgetCall = (typeof BUDGET_CALLS)[number];
export type Call = (typeof CALLS)[number];

/** An invocation of the function. */
export interface Invocation {
  readonly startedAt: number;
  readonly raw: unknown;
  /** The invocation crashed, or a call failed, so its work may be repeated. */
  disturbed: boolean;
  dead: boolean;
  over: boolean;
}
