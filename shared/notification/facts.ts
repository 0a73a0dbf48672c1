/** How urgent a fact is: `error` asks for an action, `warning` is worth knowing at once, `info` may be read later. */
export type Severity = 'info' | 'warning' | 'error';

/** What a fact is called in EventBridge, how urgent it is, and what becomes of the gateway's alert in PagerDuty. */
interface FactKind {
  readonly detailType: string;
  readonly severity: Severity;
  readonly page?: 'trigger' | 'resolve';
}

/** Every fact, by its name in events and in the attributes of messages. */
export const FACTS = {
  'recording-started': { detailType: 'Recording Started', severity: 'warning', page: 'trigger' },
  'recording-ended': { detailType: 'Recording Ended', severity: 'info', page: 'resolve' },
  'recording-reported': { detailType: 'Recording Reported', severity: 'info' },
  'recording-failed': { detailType: 'Recording Failed', severity: 'error', page: 'trigger' },
  'recording-limit-reached': {
    ...{ detailType: 'Recording Limit Reached', severity: 'error', page: 'trigger' },
  },
  'month-reported': { detailType: 'Month Reported', severity: 'info' },
  'recordings-digest': { detailType: 'Recordings Digest', severity: 'info' },
  'flow-logs-removed': { detailType: 'Flow Logs Removed', severity: 'warning' },
  'budget-reached': { detailType: 'Budget Reached', severity: 'error', page: 'trigger' },
  'budget-unknown': { detailType: 'Budget Unknown', severity: 'error', page: 'trigger' },
  'gateways-followed': { detailType: 'Gateways Followed', severity: 'info' },
  'gateways-no-longer-followed': { detailType: 'Gateways No Longer Followed', severity: 'info' },
} as const satisfies Readonly<Record<string, FactKind>>;

export type Fact = keyof typeof FACTS;

/** The kind of a fact, with all members that a kind may have. */
export function kindOf(fact: Fact): FactKind {
  return FACTS[fact];
}
