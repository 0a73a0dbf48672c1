import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { decide, TABLE } from '../../services/controller/decide.ts';
import {
  type Alarm,
  NEW_STATE,
  type Recording,
  type State,
  type Watch,
  type WatchEvent,
} from '../../services/controller/watch.ts';
import { MINUTE } from './sample-watch.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 14);
const SPIKE_AT = NOW - 10 * MINUTE;
const ID = 'nat-0a-20261122T100400Z-0';

const raised: Alarm = { state: 'ALARM', since: SPIKE_AT };
const calmSince = (since: number): Alarm => ({ state: 'OK', since });

const starting: Recording = {
  id: ID,
  phase: 'starting',
  cause: 'alarm',
  spikeAt: SPIKE_AT,
  deadline: NOW + 5 * MINUTE,
  flowLogIds: [],
};
const recording: Recording = {
  ...starting,
  phase: 'recording',
  startedAt: SPIKE_AT,
  linesSeenAt: SPIKE_AT,
  flowLogIds: ['fl-1'],
};
const { linesSeenAt: _, ...unseen } = recording;
const stopping: Recording = { ...recording, phase: 'stopping', ending: 'ok' };

function watch(alarm: Alarm, state: Partial<State>): Watch {
  const { recording: current } = state;
  const isLive = current !== undefined && current.phase !== 'starting';
  return {
    gatewayId: 'nat-0a',
    version: 1,
    alarm,
    state: { ...NEW_STATE, ...state },
    flowLogs: isLive ? [{ id: 'fl-1', gatewayId: 'nat-0a', recordingId: ID, createdAt: NOW }] : [],
    rules: {
      recordingTime: 15 * MINUTE,
      minimumRecordingTime: 2 * MINUTE,
      firstLinesWait: 15 * MINUTE,
      numOfRecordings: 10,
    },
  };
}

const STATES: Readonly<Record<string, Watch>> = {
  'idle, calm': watch(calmSince(SPIKE_AT), {}),
  'idle, spike': watch(raised, {}),
  'idle, spike had its recording': watch(raised, { handledUpTo: SPIKE_AT }),
  'idle, spike, used up': watch(raised, { counted: 10 }),
  'idle, used up and told': watch(raised, { counted: 10, capNotified: 10 }),
  'starting, spike': watch(raised, { recording: starting }),
  'starting, calm again': watch(calmSince(NOW), { recording: starting }),
  'recording, spike': watch(raised, { recording }),
  'recording, calm for less than the minimum': watch(calmSince(NOW), { recording }),
  'recording, calm, no lines yet': watch(calmSince(NOW - 3 * MINUTE), { recording: unseen }),
  'recording, calm for longer': watch(calmSince(NOW - 3 * MINUTE), { recording }),
  'recording, time is up': watch(raised, { recording: { ...recording, deadline: NOW } }),
  stopping: watch(raised, { recording: stopping }),
  closed: watch(raised, { closed: true }),
};

const failed = { kind: 'failed', recordingId: ID, reason: 'AWS said so' } as const;
const EVENTS: Readonly<Record<string, WatchEvent>> = {
  'alarm, sweep': { kind: 'sweep' },
  timer: { kind: 'timer', recordingId: ID },
  "another's timer": { kind: 'timer', recordingId: 'another' },
  start: { kind: 'start' },
  stop: { kind: 'stop' },
  close: { kind: 'close' },
  created: { kind: 'created', recordingId: ID, flowLogIds: ['fl-1'] },
  'start refused': { ...failed, doing: 'start', refused: true },
  'start unsure': { ...failed, doing: 'start', refused: false },
  'stop failed': { ...failed, doing: 'stop', refused: false },
  deleted: { kind: 'deleted', recordingId: ID },
};

const DESIGN = new URL('../../docs/design.md', import.meta.url);

function cell(state: Watch, event: WatchEvent): string {
  return decide(state, event, NOW)
    .map((action) => (action.do === 'send' ? `send ${action.notification.kind}` : action.do))
    .map((action) => action.replace('deleteRecordingFlowLogs', 'delete'))
    .join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) =>
    `|${cells.map((text) => ` ${text} `.replace(/^ +$/, ' ')).join('|')}|`;
  return [row(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}

/** The table in the code, with the name of each rule as words. */
function ruleTable(): string {
  const phases = Object.entries(TABLE);
  const words = (name: string) =>
    name === 'nothing' ? '' : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const events = Object.keys(TABLE.idle) as (keyof typeof TABLE.idle)[];
  const rows = events.map((event) => [
    event,
    ...phases.map(([, rules]) => words(rules[event].name)),
  ]);
  return table(['event', ...phases.map(([phase]) => phase)], rows);
}

function stateTable(): string {
  const events = Object.entries(EVENTS);
  const rows = Object.entries(STATES).map(([name, state]) => [
    name,
    ...events.map(([, event]) => cell(state, event)),
  ]);
  return table(['state', ...events.map(([name]) => name)], rows);
}

/** With NATFLOW_WRITE_DOCS set, the tables are written into the page instead of compared. */
test.each([
  ['rules', ruleTable],
  ['states', stateTable],
])('the table of %s in docs/design.md is what the code does', (name, print) => {
  const design = readFileSync(DESIGN, 'utf8');
  const section = new RegExp(`(<!-- ${name} -->\n+)([^]*?)(\n+<!-- /${name} -->)`);
  if (process.env['NATFLOW_WRITE_DOCS'] !== undefined) {
    writeFileSync(
      DESIGN,
      design.replace(section, (_, open, __, end) => open + print() + end),
    );
  }
  expect(section.exec(readFileSync(DESIGN, 'utf8'))?.[2]).toBe(print());
});

test.each(Object.entries(STATES))('an alarm event and a sweep act alike on "%s"', (_, state) => {
  const alarm = state.alarm ?? raised;
  expect(decide(state, { kind: 'alarm', alarm }, NOW)).toEqual(
    decide(state, { kind: 'sweep' }, NOW),
  );
});

test.each(Object.entries(STATES))('a save precedes every other action: "%s"', (_, state) => {
  for (const event of Object.values(EVENTS)) {
    const saves = decide(state, event, NOW).map((action) => action.do === 'save');
    expect(saves.lastIndexOf(true)).toBeLessThan(1);
  }
});
