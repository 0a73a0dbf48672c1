import { describe, expect, test } from '@jest/globals';
import { GIB } from '../../shared/text/units.ts';
import {
  MINUTE,
  NOW,
  raised,
  recording,
  SWEEP,
  saved,
  watch,
} from '../../tests/controller/sample-watch.ts';
import {
  assess,
  type BudgetFacts,
  type BudgetState,
  decideBudget,
  NEW_BUDGET,
  reach,
  reset,
} from './budget.ts';
import { decide } from './decide.ts';
import { readBudgetState, writeBudgetState } from './stored-budget.ts';
import { type Budget, NEW_STATE, type State } from './watch.ts';

const MONTH = Date.UTC(2026, 10);
const HOUR = 60 * MINUTE;
const LIMITS = { dollars: 1, recordingTime: 10 * HOUR };
const reached = {
  at: NOW - MINUTE,
  by: 'dollars',
  limits: LIMITS,
  usage: { since: MONTH, until: 0, bytes: 0, dollars: 1, expectedDollars: 1, recordingTime: 0 },
  ended: [],
  spikes: [],
} as const;

const gateway = (state: Partial<State>, gatewayId = 'nat-0a') => ({
  gatewayId,
  state: { ...NEW_STATE, ...state },
});

/** A budget of a dollar, which is a GiB, and ten hours. `bytes` a minute in the three newest minutes that show. */
function facts(
  change: Partial<BudgetFacts>,
  { total = 0, perMinute = 0, lag = 3 } = {},
): BudgetFacts {
  const minutes = [1, 2, 3].map((ago) => ({ at: NOW - (lag + ago) * MINUTE, bytes: perMinute }));
  return {
    ...{ limits: LIMITS, perGib: 1, state: NEW_BUDGET, gateways: [] },
    answer: { bytes: total, minutes: perMinute > 0 ? minutes : [] },
    ...change,
  };
}

const recorded = { gateways: [gateway({ recording: { ...recording, startedAt: NOW - HOUR } })] };

describe('a limit in dollars', () => {
  test('is reached by what was delivered', () => {
    expect(assess(facts({}, { total: GIB - 1 }), NOW).status).toBe('open');
    expect(assess(facts({}, { total: GIB }), NOW)).toMatchObject({
      ...{ status: 'reached', newlyReached: 'dollars' },
      usage: {
        bytes: GIB,
        dollars: 1,
        expectedDollars: 1,
        since: MONTH,
        until: Date.UTC(2026, 11),
      },
    });
  });

  test.each([[0], [3], [5]])(
    'is reached %d minutes of delay, a look and the last lines before it would be passed',
    (lag) => {
      const perMinute = GIB / 100;
      const unseen = (lag + 1 + 3) * perMinute;
      const near = (total: number) => assess(facts(recorded, { total, perMinute, lag }), NOW);
      expect(near(GIB - unseen - 1000).status).toBe('open');
      expect(near(GIB - unseen + 1000)).toMatchObject({ newlyReached: 'dollars' });
      // While nothing is recorded, no lines come.
      const idle = assess(facts({}, { total: GIB - 1000, perMinute, lag }), NOW);
      expect(idle.status).toBe('open');
    },
  );

  test('stays reached until the month, a reset or another limit', () => {
    const state: BudgetState = { ...NEW_BUDGET, reached };
    expect(assess(facts({ state }), NOW).status).toBe('reached');
    expect(assess(facts({ state }), Date.UTC(2026, 11, 1)).status).toBe('open');
    expect(assess(facts({ state: reset(state, NOW) }), NOW).status).toBe('open');
    expect(assess(facts({ state, limits: { ...LIMITS, dollars: 2 } }), NOW).status).toBe('open');
  });

  test('counts what was delivered since a reset', () => {
    const known = assess(facts({}, { total: GIB }), NOW).state;
    const after = assess({ ...facts({}), state: reset(known, NOW), answer: undefined }, NOW);
    expect(after.usage).toMatchObject({ bytes: 0, since: NOW });
  });
});

describe('a limit in hours', () => {
  test('counts recordings that are over and those that run, since the month began', () => {
    const over = gateway({ recorded: { since: MONTH, time: 2 * HOUR } }, 'nat-0b');
    const before = gateway({ recorded: { since: MONTH - HOUR, time: 7 * HOUR } }, 'nat-0c');
    const { usage, status } = assess(
      facts({ gateways: [...recorded.gateways, over, before] }),
      NOW,
    );
    expect({ time: usage.recordingTime, status }).toEqual({ time: 3 * HOUR, status: 'open' });
  });

  test('is reached when it would be passed before the next look', () => {
    const used = (time: number) =>
      assess(facts({ gateways: [gateway({ recorded: { since: MONTH, time } })] }), NOW)
        .newlyReached;
    expect(used(10 * HOUR - MINUTE)).toBeUndefined();
    expect(used(10 * HOUR - MINUTE + 1)).toBe('recordingTime');
  });

  test('keeps the time of a recording that is over, without what was before the reset', () => {
    const stopping = {
      ...recording,
      phase: 'stopping',
      ending: 'ok',
      startedAt: NOW - HOUR,
    } as const;
    const state = { recording: stopping, recorded: { since: MONTH, time: HOUR } };
    const deleted = { kind: 'deleted', recordingId: recording.id } as const;
    const kept = (since: number) =>
      saved(decide(watch(state, { budget: { status: 'open', since } }), deleted, NOW))?.recorded;
    expect(kept(MONTH)).toEqual({ since: MONTH, time: 2 * HOUR });
    expect(kept(NOW - MINUTE)).toEqual({ since: NOW - MINUTE, time: MINUTE });
  });
});

describe('without an answer of CloudWatch', () => {
  const failing = (minutes: number, change: Partial<BudgetState> = {}) => {
    const state = {
      ...NEW_BUDGET,
      ...change,
      failing: { since: NOW - minutes * MINUTE, reason: 'throttled' },
    };
    return assess(facts({ ...recorded, state, answer: { failure: 'throttled' } }), NOW);
  };

  test('nothing begins, and after ten minutes recordings end', () => {
    expect(failing(1)).toMatchObject({ status: 'unknown', reason: 'throttled' });
    expect(failing(11)).toMatchObject({ status: 'unmetered', reason: 'throttled' });
  });

  test('the newest rate is taken to go on', () => {
    const reading = { at: NOW - 5 * MINUTE, since: MONTH, bytes: GIB / 2, upTo: NOW - 8 * MINUTE };
    expect(failing(5, { reading: { ...reading, perMinute: 1 } }).status).toBe('open');
    expect(failing(5, { reading: { ...reading, perMinute: GIB / 20 } }).status).toBe('reached');
  });

  test('a metric that is missing while lines are delivered is no answer', () => {
    const delivered = { ...recording, linesSeenAt: NOW - 11 * MINUTE };
    const gateways = [gateway({ recording: delivered })];
    expect(assess(facts({ gateways }), NOW).status).toBe('unmetered');
    expect(assess(facts({ gateways }, { perMinute: 1 }), NOW).status).toBe('open');
    const limits = { dollars: 0, recordingTime: HOUR };
    expect(assess(facts({ gateways, limits, answer: undefined }), NOW).status).toBe('open');
  });
});

describe('a notification', () => {
  const known = facts(recorded, { total: GIB });
  const assessment = assess(known, NOW);
  const what = reach('dollars', assessment, known, ['nat-0a', 'nat-0c'], NOW);
  const { state, due } = decideBudget(assessment, what, NOW);
  const told = (mails: typeof due) => mails.map(({ notification }) => notification);

  test('names what ends and what is not recorded, and is claimed', () => {
    expect(told(due)).toMatchObject([
      { kind: 'reached', ended: [{ gatewayId: 'nat-0a' }], spikes: [{ gatewayId: 'nat-0c' }] },
    ]);
    expect(decideBudget(assess(facts({ state }), NOW), undefined, NOW).due).toEqual([]);
    const later = decideBudget(assess(facts({ state }), NOW), undefined, NOW + 2 * MINUTE);
    expect(told(later.due)).toEqual(told(due));
  });

  test('is stored and read with the rest, and what cannot be read is a new budget', () => {
    expect(readBudgetState(writeBudgetState(state))).toEqual(state);
    for (const text of ['', 'null', '[]', '{"outbox":7,"reached":{},"resetAt":"x"}']) {
      expect(readBudgetState(text)).toMatchObject(NEW_BUDGET);
    }
    expect(JSON.parse(writeBudgetState(NEW_BUDGET))).toMatchObject({ schema: 1 });
  });
});

describe('a gateway of a stack with a budget', () => {
  const budget = (status: Budget['status']): Budget => ({ status, since: MONTH, reason: 'why' });
  const kinds = (state: Partial<State>, status: Budget['status']) =>
    decide(watch(state, { budget: budget(status) }), SWEEP, NOW).map((action) => action.do);

  test('is recorded only while it is open', () => {
    expect(kinds({}, 'open')).toEqual(['save', 'arm', 'create']);
    for (const status of ['reached', 'unmetered', 'unknown'] as const)
      expect(kinds({}, status)).toEqual([]);
  });

  test('is looked at in a minute while it is recorded, and its recording ends when it is not open', () => {
    const current = { recording: { ...recording, linesSeenAt: NOW - MINUTE } };
    expect(kinds(current, 'open')).toEqual(['arm', 'look']);
    expect(kinds(current, 'unknown')).toEqual(['arm', 'look']);
    for (const status of ['reached', 'unmetered'] as const)
      expect(kinds(current, status)).toEqual(['save', 'deleteRecordingFlowLogs']);
  });

  test('is recorded again during the same spike only after a budget that was reached', () => {
    const handledUpTo = (status: Budget['status']) =>
      saved(decide(watch({ recording }, { budget: budget(status) }), SWEEP, NOW))?.handledUpTo;
    expect(handledUpTo('reached')).toBe(0);
    expect(handledUpTo('unmetered')).toBe(raised.since);
  });

  test('is not recorded by hand, and says why', () => {
    const start = { kind: 'start' } as const;
    expect(decide(watch({}, { budget: budget('reached') }), start, NOW)).toEqual([
      { do: 'refuse', reason: 'why' },
    ]);
  });
});
