/** The state of a gateway's alarm as CloudWatch tells it. */
export interface Alarm {
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Since when, Unix milliseconds. */
  readonly since: number;
  /** CloudWatch's own account of the numbers, JSON; not there on a first state. */
  readonly reasonData?: string | undefined;
}

/** A flow log that carries our tags. */
export interface FlowLog {
  readonly id: string;
  readonly gatewayId: string;
  readonly recordingId: string;
  readonly createdAt: number;
}

/** Why a recording ended; `aborted` ones never had a flow log that counts. */
export type Ending = 'ok' | 'time' | 'manual' | 'vanished' | 'closed' | 'aborted';

/** One recording, from the wish to have a flow log to the certainty that it is gone. Times are Unix ms. */
export interface Recording {
  readonly id: string;
  readonly phase: 'starting' | 'recording' | 'stopping';
  readonly cause: 'alarm' | 'manual';
  /** When the alarm was raised that this recording is for. */
  readonly spikeAt?: number;
  readonly reasonData?: string | undefined;
  /** The latest end; none means until OK. */
  readonly deadline?: number | undefined;
  readonly startedAt?: number;
  readonly flowLogIds: readonly string[];
  readonly ending?: Ending;
  readonly endedAt?: number;
  readonly stopFailureTold?: boolean;
}

/** Something the user is told once. */
export type Fact =
  | { readonly kind: 'started'; readonly recording: Recording; readonly counted: number }
  | { readonly kind: 'finished'; readonly recording: Recording; readonly counted: number }
  | {
      readonly kind: 'failed';
      readonly doing: 'start' | 'stop';
      readonly recordingId: string;
      readonly reason: string;
    }
  | { readonly kind: 'capped'; readonly spikeAt: number; readonly cap: number }
  | { readonly kind: 'orphaned'; readonly flowLogIds: readonly string[]; readonly counted: number };

/** A fact that may not have been told yet, and when somebody last took it upon himself to tell it. */
interface Mail {
  readonly fact: Fact;
  readonly takenAt: number;
}

/** What is kept of a gateway between events: one item, saved as a whole. */
export interface State {
  readonly recording?: Recording | undefined;
  /** Recordings that really had a flow log, since the last reset. */
  readonly counted: number;
  /** Alarms raised up to this time have had their recording, or the user did not want one. */
  readonly settled: number;
  readonly mails: readonly Mail[];
  readonly gatewayName?: string | undefined;
  readonly last?: Recording | undefined;
  /** The newest recordings that are over and were counted: a flow log of theirs is not told again. */
  readonly ended: readonly string[];
  /** What was told already: the spike that could not be recorded, the cap. */
  readonly failureTold: number;
  readonly capTold?: number | undefined;
  /** The stack is being deleted: nothing starts any more. */
  readonly closed: boolean;
}

/** What the user chose; times in milliseconds. */
export interface Rules {
  /** 0: until OK. */
  readonly recordingTime: number;
  readonly minimumRecordingTime: number;
  /** 0: no limit. */
  readonly numOfRecordings: number;
}

/** All that is known of one gateway: what we keep, and what AWS says exists now. */
export interface Watch {
  readonly gatewayId: string;
  readonly state: State;
  /** Counts the saves; a save that is not based on the newest fails. */
  readonly version: number;
  /** None: the gateway has no alarm of ours. */
  readonly alarm?: Alarm | undefined;
  readonly flowLogs: readonly FlowLog[];
  readonly rules: Rules;
}

/** What can happen to a watch: news from outside, and what became of an action. */
export type WatchEvent =
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  | { readonly kind: 'timer'; readonly recordingId: string }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'start'; readonly minutes?: number | undefined }
  | { readonly kind: 'stop' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'close' }
  | { readonly kind: 'open' }
  | {
      readonly kind: 'created';
      readonly recordingId: string;
      readonly flowLogIds: readonly string[];
      readonly gatewayName?: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly doing: 'start' | 'stop';
      readonly recordingId: string;
      readonly reason: string;
      /** AWS said no, so nothing was done; otherwise nobody knows whether it was. */
      readonly refused: boolean;
    }
  | { readonly kind: 'deleted'; readonly recordingId: string }
  | { readonly kind: 'sent'; readonly fact: Fact };

/** What to do, as data. A save comes first: who could not save has done nothing yet. */
export type Action =
  | { readonly do: 'save'; readonly state: State }
  | { readonly do: 'refuse'; readonly reason: string }
  | Effect;

/** What changes the world; each may be done again without harm. */
export type Effect =
  | { readonly do: 'arm'; readonly recordingId: string; readonly at: number }
  | { readonly do: 'disarm'; readonly recordingId: string }
  | { readonly do: 'create'; readonly recordingId: string }
  | {
      readonly do: 'delete';
      readonly recordingId: string;
      readonly flowLogIds: readonly string[];
    }
  | { readonly do: 'remove'; readonly flowLogIds: readonly string[] }
  | { readonly do: 'send'; readonly fact: Fact };

/** A gateway nothing is known of yet. */
export const NEW_STATE: State = {
  counted: 0,
  settled: 0,
  failureTold: 0,
  mails: [],
  ended: [],
  closed: false,
};

/** What makes two facts the same fact. */
export function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'started':
    case 'finished':
      return `${fact.kind} ${fact.recording.id}`;
    case 'failed':
      return `${fact.kind} ${fact.doing} ${fact.recordingId}`;
    case 'capped':
      return `${fact.kind} ${fact.cap} ${fact.spikeAt}`;
    case 'orphaned':
      return `${fact.kind} ${fact.flowLogIds.join(' ')}`;
  }
}
