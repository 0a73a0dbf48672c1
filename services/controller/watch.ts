/** The state of a gateway's alarm. */
export interface Alarm {
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** The time of the transition to this state, Unix milliseconds. */
  readonly since: number;
  /** CloudWatch's StateReasonData, JSON; absent in a first state. */
  readonly reasonData?: string | undefined;
  /** The sweep made this alarm; otherwise the macro did. */
  readonly isFollowed?: boolean | undefined;
}

/** A flow log with this stack's tags. */
export interface FlowLog {
  readonly id: string;
  readonly gatewayId: string;
  readonly recordingId: string;
  readonly createdAt: number;
  /** What AWS says of its delivery to the stream; absent until AWS says something. */
  readonly delivery?: Delivery | undefined;
  /** Where its lines go, by EC2's name, and why AWS cannot deliver them there. */
  readonly destinationType?: string | undefined;
  readonly undelivered?: string | undefined;
}

/** DeliverLogsStatus of a flow log, and DeliverLogsErrorMessage. */
export interface Delivery {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly error?: string | undefined;
}

/** Why a recording ended. `aborted`: it had no flow log, and was not counted. */
export type Ending =
  | 'ok'
  | 'time'
  | 'manual'
  | 'vanished'
  | 'closed'
  | 'aborted'
  | 'budget'
  | 'unmetered';

/** A recording, from the request for a flow log until AWS has deleted it. Times are Unix milliseconds. */
export interface Recording {
  readonly id: string;
  readonly phase: 'starting' | 'recording' | 'stopping';
  readonly cause: 'alarm' | 'manual';
  /** When the alarm of this recording's spike was raised. */
  readonly spikeAt?: number | undefined;
  readonly reasonData?: string | undefined;
  /** How long lines are recorded, in milliseconds; undefined: until OK. */
  readonly time?: number | undefined;
  /** The latest end; undefined: until OK. */
  readonly deadline?: number | undefined;
  /** When AWS had created the flow log. Its lines begin later. */
  readonly startedAt?: number | undefined;
  /** When AWS was first seen to have delivered lines: some two minutes after they began. */
  readonly linesSeenAt?: number | undefined;
  /** Why AWS could not deliver lines, if it said so. */
  readonly deliveryError?: string | undefined;
  readonly flowLogIds: readonly string[];
  readonly ending?: Ending | undefined;
  readonly endedAt?: number | undefined;
  readonly stopFailureNotified?: boolean | undefined;
  /** A digest tells of it, with others: no mail says that it began, that it is over, or what its report says. */
  readonly collected?: boolean | undefined;
}

/** What the user is notified of once. */
export type Notification =
  | { readonly kind: 'started'; readonly recording: Recording; readonly counted: number }
  | { readonly kind: 'finished'; readonly recording: Recording; readonly counted: number }
  | {
      readonly kind: 'failed';
      readonly doing: 'start' | 'stop' | 'deliver';
      readonly recordingId: string;
      readonly reason: string;
    }
  | { readonly kind: 'capped'; readonly spikeAt: number; readonly cap: number }
  | { readonly kind: 'orphaned'; readonly flowLogIds: readonly string[]; readonly counted: number }
  /** The recordings that were collected since then are to be told in one mail. */
  | {
      readonly kind: 'digest';
      readonly since: number;
      readonly at: number;
      readonly recordingIds: readonly string[];
    };

/** A mail in the outbox. An invocation claims it before sending, so that no other sends it as well. */
export interface Mail<News = Notification> {
  readonly notification: News;
  readonly claimedAt: number;
  /** The ways on which it was sent, when another failed. */
  readonly done?: readonly string[] | undefined;
}

/** What is stored of a gateway: one item, saved as a whole. */
export interface State {
  readonly recording?: Recording | undefined;
  /** Recordings that had a flow log, since the last reset. */
  readonly counted: number;
  /** Spikes whose alarm was raised up to this time are not recorded again. */
  readonly handledUpTo: number;
  readonly outbox: readonly Mail[];
  readonly gatewayName?: string | undefined;
  readonly last?: Recording | undefined;
  /** How long recordings that are over had flow logs, in milliseconds, since the budget counts. */
  readonly recorded?: { readonly since: number; readonly time: number } | undefined;
  /** The newest recordings that are over and were counted. A flow log of theirs is not notified again. */
  readonly ended: readonly string[];
  /** Notified already: the spike that could not be recorded, the cap. */
  readonly failureNotified: number;
  readonly capNotified?: number | undefined;
  /** Which recordings are told one by one, and which are collected. */
  readonly digest?: DigestPeriod | undefined;
  /** The stack is being deleted: no recording starts. */
  readonly closed: boolean;
}

/** A time in which a gateway's first recordings are told by mails of their own, and the others in one. */
export interface DigestPeriod {
  /** When the first of them was over. */
  readonly since: number;
  /** How many have mails of their own. */
  readonly told: number;
  /** The ids of the others that are over. */
  readonly collected: readonly string[];
}

/** The stack's parameters. Times are in milliseconds. */
export interface Rules {
  /** 0: until OK. */
  readonly recordingTime: number;
  readonly minimumRecordingTime: number;
  /** How long a recording waits for its first lines. */
  readonly firstLinesWait: number;
  /** 0: no limit. */
  readonly numOfRecordings: number;
  /** After so many recordings of a gateway within this time the others are collected; undefined: none is. */
  readonly digest?: { readonly after: number; readonly time: number } | undefined;
}

/**
 * `open`: gateways are recorded. `reached`: recordings end, and none begins until the budget is reset. `unmetered`:
 * the same until CloudWatch shows again what is delivered. `unknown`, for minutes only: none begins, those that run
 * go on.
 */
export type BudgetStatus = 'open' | 'reached' | 'unmetered' | 'unknown';

/** The stack's budget, as it stands for all gateways. */
export interface Budget {
  readonly status: BudgetStatus;
  /** Since when recording counts. */
  readonly since: number;
  /** Why no recording begins. */
  readonly reason?: string | undefined;
}

/** Everything that is known of one gateway: the stored state, and what AWS lists now. */
export interface Watch {
  readonly gatewayId: string;
  readonly state: State;
  /** The number of saves. A save that is not based on the newest version fails. */
  readonly version: number;
  /** Undefined: the gateway has no alarm of this stack. */
  readonly alarm?: Alarm | undefined;
  readonly flowLogs: readonly FlowLog[];
  readonly rules: Rules;
  /** Undefined: the stack has no budget. */
  readonly budget?: Budget | undefined;
}

/** Events by kind: requests from outside, then results of actions. */
interface Events {
  readonly alarm: { readonly alarm: Alarm };
  readonly timer: { readonly recordingId: string };
  readonly sweep: object;
  readonly start: { readonly minutes?: number | undefined };
  readonly stop: object;
  readonly reset: object;
  readonly close: object;
  readonly open: object;
  readonly created: {
    readonly recordingId: string;
    readonly flowLogIds: readonly string[];
    readonly gatewayName?: string | undefined;
  };
  readonly failed: {
    readonly doing: 'start' | 'stop';
    readonly recordingId: string;
    readonly reason: string;
    /** AWS rejected the request. Otherwise it is unknown whether it took effect. */
    readonly refused: boolean;
  };
  readonly deleted: { readonly recordingId: string };
  readonly sent: {
    readonly notification: Notification;
    /** The ways that are done, when one failed; undefined: all are. */
    readonly done?: readonly string[] | undefined;
  };
}

export type EventKind = keyof Events;

/** An event of one of these kinds. */
export type WatchEvent<Kind extends EventKind = EventKind> = {
  [Each in Kind]: { readonly kind: Each } & Events[Each];
}[Kind];

/** An action, as data. A save comes first, so that a run that cannot save has changed nothing yet. */
export type Action =
  | { readonly do: 'save'; readonly state: State }
  | { readonly do: 'refuse'; readonly reason: string }
  | Effect;

/** Actions outside the item. Each can be repeated safely. */
export type Effect =
  | { readonly do: 'arm'; readonly recordingId: string; readonly at: number }
  | { readonly do: 'disarm'; readonly recordingId: string }
  /** Evaluates the recording at that time. The stop stays armed, and nothing depends on the look. */
  | { readonly do: 'look'; readonly recordingId: string; readonly at: number }
  | { readonly do: 'create'; readonly recordingId: string }
  | {
      readonly do: 'deleteRecordingFlowLogs';
      readonly recordingId: string;
      readonly flowLogIds: readonly string[];
    }
  | { readonly do: 'deleteFlowLogs'; readonly flowLogIds: readonly string[] }
  | {
      readonly do: 'send';
      readonly notification: Notification;
      /** The ways on which an earlier invocation has sent it. */
      readonly done?: readonly string[] | undefined;
    };

/** The state of a gateway without an item. */
export const NEW_STATE: State = {
  counted: 0,
  handledUpTo: 0,
  failureNotified: 0,
  outbox: [],
  ended: [],
  closed: false,
};

/** Equal for two notifications that tell the same. */
export function notificationKey(notification: Notification): string {
  switch (notification.kind) {
    case 'started':
    case 'finished':
      return `${notification.kind} ${notification.recording.id}`;
    case 'failed':
      return `${notification.kind} ${notification.doing} ${notification.recordingId}`;
    case 'capped':
      return `${notification.kind} ${notification.cap} ${notification.spikeAt}`;
    case 'orphaned':
      return `${notification.kind} ${notification.flowLogIds.join(' ')}`;
    case 'digest':
      return `${notification.kind} ${notification.recordingIds[0]}`;
  }
}
