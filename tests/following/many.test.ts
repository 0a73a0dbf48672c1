import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Account } from './account.ts';
import { Sweeps } from './sweeps.ts';

const MINUTE = 60_000;

test('430 gateways that come at once are watched within the hour, each told once', async () => {
  const account = new Account({ NatGatewayIds: 'all', Threshold: '1GB' });
  const sweeps = new Sweeps(account);
  await sweeps.sweep();
  const end = account.now + 60 * MINUTE;
  for (let i = 0; i < 430; i++) account.create(`nat-${String(i).padStart(17, '0')}`, {}, 0);
  while (account.alarms.size < 430 && account.now < end) {
    await sweeps.advance(5 * MINUTE);
    await sweeps.sweep();
  }
  expect([...account.alarms.values()].map(({ gatewayId }) => gatewayId).sort()).toEqual(
    account.chosen(),
  );
  const told = sweeps.mails.flatMap(({ added }) => added.map(({ id }) => id));
  expect(told.sort()).toEqual(account.chosen());
});

test('however a sweep and the deletion of the stack interleave, no alarm of the sweep is left', async () => {
  const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`seed ${SEED}: NATFLOW_SEED=${SEED}\n`);
  const races = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const account = new Account({ NatGatewayIds: 'all', Threshold: '1GB' });
    const sweeps = new Sweeps(account, () => scheduler.schedule(Promise.resolve()));
    for (const id of ['nat-01', 'nat-02']) account.create(id, {}, 0);
    await scheduler.waitFor(Promise.all([sweeps.sweep(), sweeps.sweep(), sweeps.close()]));
    await scheduler.waitFor(sweeps.sweep());
    expect([...account.alarms.keys()]).toEqual([]);
    expect(sweeps.told.closed).toBe(true);
  });
  await fc.assert(races, { seed: SEED, numRuns: 100 });
});
