import type { Configuration } from './model.ts';
import type { Budget } from './world.ts';

const MINUTE_MS = 60_000;
const RULES = {
  recordingTime: 10 * MINUTE_MS,
  minimumRecordingTime: 2 * MINUTE_MS,
  firstLinesWait: 0,
  numOfRecordings: 2,
};

/** The smaller ones first. All but the last are explored completely within a minute of a processor. */
export const CONFIGURATIONS: readonly Configuration[] = [
  one('an alarm, a fault, time', { alarms: 1, faults: 1, waits: 1 }),
  { ...one('two faults, one run at a time', { alarms: 2, faults: 2 }), runs: 1 },
  {
    ...one('a fault, a sweep, time, one run at a time', {
      alarms: 2,
      sweeps: 1,
      faults: 1,
      waits: 1,
    }),
    runs: 1,
  },
  one('a start and a stop by hand, a fault', { starts: 1, stops: 1, faults: 1 }),
  one('a flow log deleted by hand', { alarms: 1, deletions: 1, sweeps: 1, waits: 1 }),
  one('the stack is deleted', { alarms: 1, closes: 1 }),
  { ...one('three runs at once', { alarms: 1, duplicates: 1, sweeps: 1 }), runs: 3 },
  one('a duplicate, a lost event, a sweep', { alarms: 2, duplicates: 1, losses: 1, sweeps: 1 }),
  one('a stale answer, a sweep', { alarms: 2, sweeps: 1, staleAnswers: 1 }),
  one('two alarms, a sweep, time', { alarms: 2, sweeps: 1, waits: 1 }),
  until('until OK', { alarms: 2, sweeps: 1, waits: 1 }),
  one('an alarm, a start and a stop by hand', { alarms: 1, starts: 1, stops: 1 }),
  one('the stack is deleted, a fault', { alarms: 1, closes: 1, faults: 1 }),
  {
    ...late('lines cannot be delivered, a fault', { alarms: 2, faults: 1, waits: 2 }),
    ...{ runs: 1, delivery: { after: 2 * MINUTE_MS, fails: true } },
  },
  {
    ...late('lines come late', { alarms: 2, sweeps: 1, waits: 2 }),
    delivery: { after: 3 * MINUTE_MS },
  },
  one('two alarms, a fault, a sweep', { alarms: 2, faults: 1, sweeps: 1 }),
  one('two alarms, a duplicate, a fault, a sweep', {
    alarms: 2,
    duplicates: 1,
    faults: 1,
    sweeps: 1,
  }),
];

function one(name: string, budget: Partial<Budget>): Configuration {
  return { name, rules: RULES, runs: 2, budget };
}

function late(name: string, budget: Partial<Budget>): Configuration {
  return { ...one(name, budget), rules: { ...RULES, firstLinesWait: 8 * MINUTE_MS } };
}

function until(name: string, budget: Partial<Budget>): Configuration {
  return { ...one(name, budget), rules: { ...RULES, recordingTime: 0 } };
}
