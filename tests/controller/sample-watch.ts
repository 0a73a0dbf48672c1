import {
  type Action,
  type Alarm,
  type FlowLog,
  NEW_STATE,
  type Recording,
  type State,
  type Watch,
  type WatchEvent,
} from '../../services/controller/watch.ts';

export const NOW = Date.UTC(2026, 10, 22, 10, 14);
export const MINUTE = 60_000;
export const ID = 'nat-0a-20261122T100400Z-0';
export const raised: Alarm = { state: 'ALARM', since: NOW - 10 * MINUTE, reasonData: '{}' };
export const RULES = {
  recordingTime: 15 * MINUTE,
  minimumRecordingTime: 2 * MINUTE,
  firstLinesWait: 0,
  numOfRecordings: 10,
};
export const SWEEP: WatchEvent = { kind: 'sweep' };

export const recording: Recording = {
  id: ID,
  phase: 'recording',
  cause: 'alarm',
  spikeAt: raised.since,
  startedAt: raised.since,
  deadline: NOW + 5 * MINUTE,
  flowLogIds: ['fl-1'],
};
const { startedAt: _, ...unheard } = recording;
export const starting: Recording = { ...unheard, phase: 'starting', flowLogIds: [] };
export const stopping: Recording = { ...recording, phase: 'stopping', ending: 'ok' };

export const flowLog = (id: string, recordingId = ID): FlowLog => ({
  ...{ id, recordingId, gatewayId: 'nat-0a' },
  createdAt: NOW - 5 * MINUTE,
});

/** A gateway whose alarm is raised, with the given differences. */
export function watch(state: Partial<State>, change: Partial<Watch> = {}): Watch {
  const known = { ...NEW_STATE, ...state };
  const flowLogs = known.recording?.startedAt === undefined ? [] : [flowLog('fl-1')];
  return {
    gatewayId: 'nat-0a',
    version: 7,
    alarm: raised,
    state: known,
    flowLogs,
    rules: RULES,
    ...change,
  };
}

/** The state that is saved, if any is. */
export function saved(actions: readonly Action[]): State | undefined {
  const [first] = actions;
  return first?.do === 'save' ? first.state : undefined;
}

export const sent = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'send' ? [action.notification] : []));
