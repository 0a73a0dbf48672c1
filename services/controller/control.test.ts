import { expect, test } from '@jest/globals';
import type { ControllerAnswer } from '../../shared/contract/controller.ts';
import { NOW, RULES, raised, run, stillWorld } from '../../tests/controller/still-world.ts';
import type { Ports } from './reconcile.ts';
import { type Alarm, NEW_STATE, type State } from './watch.ts';

test("a gateway's error does not stop the sweep, which ends with an error that names the gateway", async () => {
  const { all, flowLogs } = stillWorld({ 'nat-0a': raised, 'nat-0b': raised, 'nat-0c': raised });
  const load: Ports['load'] = async (id) => {
    if (id === 'nat-0b') throw new Error('no item of nat-0b');
    return await all.load(id);
  };
  await expect(run({ ...all, load }, { command: 'sweep' })).rejects.toThrow('no item of nat-0b');
  expect(flowLogs.map(({ gatewayId }) => gatewayId)).toEqual(['nat-0a', 'nat-0c']);
});

test('errors of several gateways are combined in one error', async () => {
  const { all } = stillWorld({ 'nat-0a': raised, 'nat-0b': raised });
  const load: Ports['load'] = async (id) => {
    throw new Error(`no item of ${id}`);
  };
  const sweep = run({ ...all, load }, { command: 'sweep' });
  await expect(sweep).rejects.toThrow(
    new Error('Error: no item of nat-0a; Error: no item of nat-0b'),
  );
});

test('a sweep evaluates only gateways that may need an action', async () => {
  const calm: Alarm = { state: 'OK', since: NOW };
  const { all, items } = stillWorld({ 'nat-0a': calm, 'nat-0b': calm });
  items.set('nat-0b', { state: { ...NEW_STATE, counted: 3 }, version: 1 });
  expect(await run(all, { command: 'sweep' })).toEqual({ gateways: [] });
});

/** One gateway of each kind; `nat-0f` has only a count. */
function mixedWorld() {
  const calm: Alarm = { state: 'OK', since: NOW };
  const world = stillWorld({ 'nat-0a': raised, 'nat-0b': calm });
  const add = (id: string, state: Partial<State>) =>
    world.items.set(id, { state: { ...NEW_STATE, ...state }, version: 1 });
  const notification = { kind: 'capped', spikeAt: 1, cap: 2 } as const;
  add('nat-0c', { recording: { id: 'c', phase: 'stopping', cause: 'manual', flowLogIds: [] } });
  add('nat-0d', { outbox: [{ notification, claimedAt: 0 }] });
  world.flowLogs.push({ id: 'fl-e', gatewayId: 'nat-0e', recordingId: 'e', createdAt: NOW });
  add('nat-0f', { counted: 3 });
  return world;
}

const idsIn = ({ gateways }: ControllerAnswer) => gateways.map(({ gatewayId }) => gatewayId).sort();

test('a sweep answers with the gateways that have a raised alarm, a flow log, a recording or a mail', async () => {
  const answer = await run(mixedWorld().all, { command: 'sweep' });
  expect(idsIn(answer)).toEqual(['nat-0a', 'nat-0c', 'nat-0d', 'nat-0e']);
  expect(answer.gateways.find(({ gatewayId }) => gatewayId === 'nat-0a')).toMatchObject({
    ...{ name: 'name of nat-0a', counted: 1, cap: 10, last: undefined },
    recording: { phase: 'recording', cause: 'alarm' },
  });
});

test('gateways with a count, a recording or an ended recording are listed', async () => {
  const { all, items } = mixedWorld();
  const last = { id: 'g', phase: 'stopping', cause: 'manual', flowLogIds: [] } as const;
  items.set('nat-0g', { state: { ...NEW_STATE, last }, version: 1 });
  const shown = await run(all, { command: 'list' });
  expect(idsIn(shown)).toEqual(['nat-0c', 'nat-0f', 'nat-0g']);
});

test('deleting the stack closes every gateway with an alarm, a flow log or an item', async () => {
  const { all, items } = mixedWorld();
  await run(all, { RequestType: 'Delete' });
  const closed = [...items].filter(([, { state }]) => state.closed).map(([id]) => id);
  expect(closed.sort()).toEqual(['nat-0a', 'nat-0b', 'nat-0c', 'nat-0d', 'nat-0e', 'nat-0f']);
});

test('deleting the stack ends everything, and nothing starts after it until the stack is back', async () => {
  const { all, flowLogs, told } = stillWorld({ 'nat-0a': raised, 'nat-0b': raised });
  await run(all, { command: 'sweep' });
  flowLogs.push({ id: 'fl-x', gatewayId: 'nat-0c', recordingId: 'lost', createdAt: NOW });
  await run(all, { RequestType: 'Delete' });
  expect(flowLogs).toEqual([]);
  expect(told).toEqual(['started', 'started', 'finished', 'finished', 'orphaned']);
  await run(all, { command: 'sweep' });
  expect(await run(all, { command: 'start', gatewayId: 'nat-0a' })).toMatchObject({
    refused: 'the stack is being deleted',
  });
  expect(flowLogs).toEqual([]);
  await run(all, { RequestType: 'Update' });
  await run(all, { command: 'start', gatewayId: 'nat-0a' });
  expect(flowLogs).toMatchObject([{ gatewayId: 'nat-0a' }]);
});

test('a recording whose alarm was deleted ends as after OK', async () => {
  const alarms: Record<string, Alarm> = { 'nat-0a': raised };
  const { all, flowLogs } = stillWorld(alarms);
  await run(all, { command: 'sweep' });
  delete alarms['nat-0a'];
  await run(all, { command: 'sweep' });
  expect(flowLogs).toHaveLength(1);
  await run({ ...all, now: () => NOW + 120_000 }, { command: 'sweep' });
  expect(flowLogs).toEqual([]);
});

test('a gateway that does not exist is not listed after a command for it', async () => {
  const { all } = stillWorld({});
  await run(all, { command: 'reset', gatewayId: 'nat-0typo' });
  expect(await run(all, { command: 'list' })).toEqual({ gateways: [] });
});

test('manual commands start, list, stop and reset', async () => {
  const { all } = stillWorld({});
  const gatewayId = 'nat-0a';
  const started = await run(all, { command: 'start', gatewayId, minutes: 5 });
  expect(started.gateways).toMatchObject([
    {
      gatewayId,
      name: 'name of nat-0a',
      counted: 1,
      cap: 10,
      recording: { phase: 'recording', cause: 'manual', deadline: NOW + 300_000 },
    },
  ]);
  const { recording } = started.gateways[0] ?? {};
  expect(await run(all, { command: 'start', gatewayId })).toMatchObject({
    refused: `${recording?.id} is recording already`,
  });
  expect(await run(all, { command: 'list' })).toEqual({ gateways: started.gateways });
  const stopped = await run(all, { command: 'stop', gatewayId });
  expect(stopped.gateways).toMatchObject([{ last: { id: recording?.id, ending: 'manual' } }]);
  expect(stopped.gateways[0]?.recording).toBeUndefined();
  expect(await run(all, { command: 'stop', gatewayId })).toMatchObject({
    refused: 'nothing is being recorded',
  });
  expect(await run(all, { command: 'reset', gatewayId })).toMatchObject({
    gateways: [{ counted: 0 }],
  });
});

test('a manual start that AWS refuses answers with the reason, and is not counted', async () => {
  const create: Ports['create'] = async () => {
    throw Object.assign(new Error('there is no NAT gateway nat-0a'), { refused: true });
  };
  const { all, told } = stillWorld({}, { create });
  const answer = await run(all, { command: 'start', gatewayId: 'nat-0a' });
  expect(answer).toMatchObject({
    refused: 'there is no NAT gateway nat-0a',
    gateways: [{ counted: 0, recording: undefined }],
  });
  expect(told).toEqual([]);
});

test('a manual start beyond the cap is refused', async () => {
  const { all, items } = stillWorld({});
  items.set('nat-0a', { state: { ...NEW_STATE, counted: 10 }, version: 1 });
  expect(await run(all, { command: 'start', gatewayId: 'nat-0a' })).toMatchObject({
    refused: 'all 10 recordings are used up',
  });
});

test('a mail that cannot be sent is an error, and the recording continues', async () => {
  const notify: Ports['notify'] = async () => {
    throw new Error('sns:Publish: AuthorizationError');
  };
  const { all, items } = stillWorld({ 'nat-0a': raised }, { notify });
  await expect(run(all, { command: 'sweep' })).rejects.toThrow('sns:Publish');
  expect(items.get('nat-0a')?.state).toMatchObject({
    recording: { phase: 'recording' },
    outbox: [{ notification: { kind: 'started' } }],
  });
});

test('a flow log that cannot be deleted is notified once, and its deletion is retried', async () => {
  let isLocked = true;
  const { all, flowLogs, told } = stillWorld({ 'nat-0a': raised });
  const deleteFlowLogs: Ports['deleteFlowLogs'] = async (ids) => {
    if (isLocked) throw new Error('ec2:DeleteFlowLogs: UnauthorizedOperation');
    await all.deleteFlowLogs(ids);
  };
  await run(all, { command: 'sweep' });
  const locked = { ...all, deleteFlowLogs };
  for (const raw of [{ command: 'stop', gatewayId: 'nat-0a' }, { command: 'sweep' }]) {
    await expect(run(locked, raw)).rejects.toThrow('UnauthorizedOperation');
  }
  expect(told).toEqual(['started', 'failed']);
  isLocked = false;
  await run(locked, { command: 'sweep' });
  expect(flowLogs).toEqual([]);
  expect(told).toEqual(['started', 'failed', 'finished']);
});

test('a leftover flow log that cannot be deleted does not prevent the end of the recording', async () => {
  const alarms: Record<string, Alarm> = { 'nat-0a': raised };
  const { all, flowLogs } = stillWorld(alarms);
  await run(all, { command: 'sweep' });
  flowLogs.push({ id: 'fl-x', gatewayId: 'nat-0a', recordingId: 'lost', createdAt: NOW });
  const deleteFlowLogs: Ports['deleteFlowLogs'] = async (ids) => {
    if (ids.includes('fl-x')) throw new Error('ec2:DeleteFlowLogs: UnauthorizedOperation');
    await all.deleteFlowLogs(ids);
  };
  alarms['nat-0a'] = { state: 'OK', since: NOW };
  const later = { ...all, deleteFlowLogs, now: () => NOW + 120_000 };
  await expect(run(later, { command: 'sweep' })).rejects.toThrow('UnauthorizedOperation');
  expect(flowLogs.map(({ id }) => id)).toEqual(['fl-x']);
});

test('a stop that cannot be moved is an error, so that the invocation is retried', async () => {
  const alarms: Record<string, Alarm> = { 'nat-0a': raised };
  const { all } = stillWorld(alarms);
  await run(all, { command: 'sweep' });
  const arm: Ports['arm'] = async () => {
    throw Object.assign(new Error('scheduler:UpdateSchedule: AccessDenied'), { refused: true });
  };
  await expect(run({ ...all, arm }, { command: 'sweep' })).rejects.toThrow('AccessDenied');
});

test('a mail that cannot be sent does not prevent the deletion of the stack', async () => {
  const notify: Ports['notify'] = async () => {
    throw new Error('sns:Publish: NotFound: Topic does not exist');
  };
  const { all, flowLogs } = stillWorld({ 'nat-0a': raised });
  await run(all, { command: 'sweep' });
  await run({ ...all, notify }, { RequestType: 'Delete' });
  expect(flowLogs).toEqual([]);
});

test('mails that cannot be sent do not exceed the size of the item', async () => {
  const notify: Ports['notify'] = async () => {
    throw new Error('sns:Publish: NotFound: Topic does not exist');
  };
  const alarms: Record<string, Alarm> = {};
  const { all, items } = stillWorld(alarms);
  const rules = { ...RULES, numOfRecordings: 0 };
  for (let minute = 0; minute < 300; minute += 3) {
    const at = NOW + minute * 60_000;
    const then = { ...all, notify, rules, now: () => at };
    alarms['nat-0a'] = { state: 'ALARM', since: at, reasonData: 'x'.repeat(4000) };
    await run(then, { command: 'sweep' }).catch(() => {});
    await run(then, { command: 'stop', gatewayId: 'nat-0a' }).catch(() => {});
  }
  expect(items.get('nat-0a')?.state.last).toBeDefined();
  // DynamoDB's limit. A larger state cannot be saved, and a recording whose state cannot be saved would not stop.
  expect(JSON.stringify(items.get('nat-0a')).length).toBeLessThan(400 * 1024);
});
