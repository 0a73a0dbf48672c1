import { expect, test } from '@jest/globals';
import {
  counting,
  NOW,
  RULES,
  raised,
  run,
  stillWorld,
} from '../../tests/controller/still-world.ts';
import type { Ports } from './reconcile.ts';
import { NEW_STATE } from './watch.ts';

const GATEWAY = 'nat-0a';
const SWEEP = { command: 'sweep' };
const START = { command: 'start', gatewayId: GATEWAY };
const STOP = { command: 'stop', gatewayId: GATEWAY };

const LOOK = ['flowLogs', 'alarms', 'load'];

test('a recording starts with nine calls', async () => {
  const { counted, calls } = counting(stillWorld({}).all);
  await run(counted, START);
  expect(calls).toEqual([...LOOK, 'save', 'arm', 'create', 'save', 'notify', 'save']);
});

test('a recording ends with ten calls', async () => {
  const { all } = stillWorld({});
  await run(all, START);
  const { counted, calls } = counting(all);
  await run(counted, STOP);
  const end = ['save', 'flowLogs', 'deleteFlowLogs', 'save', 'disarm', 'notify', 'save'];
  expect(calls).toEqual([...LOOK, ...end]);
});

test('a recording without a flow log ends without a deletion', async () => {
  const { all } = stillWorld({}, { create: async () => ({ flowLogIds: [] }) });
  await run(all, START);
  const { counted, calls } = counting(all);
  await run(counted, STOP);
  expect(calls).not.toContain('remove');
});

test('the evaluation of a gateway that needs no action saves nothing', async () => {
  const { all } = stillWorld({ [GATEWAY]: raised });
  await run(all, SWEEP);
  const { counted, calls } = counting(all);
  await run(counted, SWEEP);
  expect(calls).toEqual(['flowLogs', 'alarms', 'list', ...LOOK, 'arm']);
});

test('after a conflict, everything is read and decided again', async () => {
  const { all, items, flowLogs } = stillWorld({});
  let isFirst = true;
  const save: Ports['save'] = async (id, state, version) => {
    if (!isFirst) return await all.save(id, state, version);
    isFirst = false;
    items.set(id, { state: { ...NEW_STATE, closed: true }, version: 1 });
    return false;
  };
  const { counted, calls } = counting({ ...all, save });
  expect(await run(counted, START)).toMatchObject({ refused: 'the stack is being deleted' });
  expect(calls).toEqual([...LOOK, 'save', ...LOOK]);
  expect(flowLogs).toEqual([]);
});

test.each([
  [10, 'is recorded all the same'],
  [11, 'is given up'],
])('a start that is overtaken %i times %s', async (conflicts) => {
  const { all, flowLogs } = stillWorld({});
  let left = conflicts;
  const save: Ports['save'] = async (...args) => {
    left -= 1;
    return left < 0 ? await all.save(...args) : false;
  };
  const started = run({ ...all, save }, START);
  if (conflicts === 10) await started;
  else await expect(started).rejects.toThrow('nat-0a is changed by too many at once');
  expect(flowLogs).toHaveLength(conflicts === 10 ? 1 : 0);
});

test('a leftover flow log that cannot be deleted is an error, but the recording starts', async () => {
  const { all, flowLogs, items } = stillWorld({ [GATEWAY]: raised });
  flowLogs.push({ id: 'fl-x', gatewayId: GATEWAY, recordingId: 'lost', createdAt: NOW });
  const deleteFlowLogs: Ports['deleteFlowLogs'] = async () => {
    throw new Error('ec2:DeleteFlowLogs: UnauthorizedOperation');
  };
  await expect(run({ ...all, deleteFlowLogs }, SWEEP)).rejects.toThrow('UnauthorizedOperation');
  expect(items.get(GATEWAY)?.state.recording).toMatchObject({ phase: 'recording' });
});

test('a start whose stop cannot be armed creates no flow log, and is an error', async () => {
  const { all, items, told } = stillWorld({ [GATEWAY]: raised });
  const arm: Ports['arm'] = async () => {
    throw new Error('scheduler:CreateSchedule: Throttling');
  };
  const { counted, calls } = counting({ ...all, arm });
  await expect(run(counted, SWEEP)).rejects.toThrow('Throttling');
  expect(calls).not.toContain('create');
  expect(items.get(GATEWAY)?.state.recording).toMatchObject({ phase: 'starting' });
  expect(told).toEqual(['failed']);
});

test('the first of several errors is thrown after all other actions', async () => {
  const { all, flowLogs } = stillWorld({ [GATEWAY]: raised });
  flowLogs.push({ id: 'fl-x', gatewayId: GATEWAY, recordingId: 'lost', createdAt: NOW });
  const deleteFlowLogs: Ports['deleteFlowLogs'] = async () => {
    throw new Error('first');
  };
  const told: string[] = [];
  const notify: Ports['notify'] = async ({ kind }) => {
    told.push(kind);
    throw new Error('second');
  };
  await expect(run({ ...all, deleteFlowLogs, notify }, SWEEP)).rejects.toThrow('first');
  expect(told).toEqual(['orphaned', 'started']);
});

test('a thrown value that is not an Error is notified with its text', async () => {
  const { all, items } = stillWorld({ [GATEWAY]: raised });
  const create: Ports['create'] = () => Promise.reject('out of order');
  const { counted } = counting({ ...all, create, notify: () => Promise.reject('no mail') });
  await expect(run(counted, SWEEP)).rejects.toThrow('out of order');
  expect(items.get(GATEWAY)?.state.outbox).toMatchObject([
    { notification: { reason: 'out of order' } },
  ]);
});

const DAY_MINUTES = 24 * 60;

test.each<[string, number, number | undefined, number]>([
  ['without minutes as long as RecordingTime', 600_000, undefined, 600_000],
  ['without minutes a quarter of an hour when RecordingTime is 0', 0, undefined, 900_000],
  ['with minutes when RecordingTime is 0', 0, 5, 300_000],
  ['with more minutes than RecordingTime', 600_000, 60, 3_600_000],
  ['with half a minute', 600_000, 0.5, 30_000],
  ['with a day', 600_000, DAY_MINUTES, 86_400_000],
])('a recording by hand %s ends by itself', async (_, recordingTime, minutes, lasts) => {
  const armed: number[] = [];
  const arm: Ports['arm'] = async (_gateway, _recording, at) => void armed.push(at);
  const { all } = stillWorld({}, { arm, rules: { ...RULES, recordingTime } });
  const answer = await run(all, { ...START, minutes });
  const recording = { cause: 'manual', deadline: NOW + lasts };
  expect(answer.gateways).toMatchObject([{ recording }]);
  expect(answer.gateways[0]?.recording).not.toHaveProperty('spikeAt');
  expect(armed).toEqual([NOW + lasts]);
});

test.each([0, -1, -0.5, DAY_MINUTES + 1, 1e300, Number.POSITIVE_INFINITY, Number.NaN, '5', null])(
  'minutes: %p starts nothing',
  async (minutes) => {
    const { all, items, flowLogs } = stillWorld({});
    expect(await run(all, { ...START, minutes })).toMatchObject({
      gateways: [],
      ignored: expect.stringMatching(/^request: minutes is /),
    });
    expect([...items, ...flowLogs]).toEqual([]);
  },
);
