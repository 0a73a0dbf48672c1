import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Version } from '../flow.ts';
import { startNfcapd } from '../nfcapd.ts';
import { LOOPBACK } from '../program.ts';
import { replayTo } from './capture.ts';
import { goflow2, goflow2Args, telegraf, telegrafProtocol } from './collectors.ts';
import { startPrinting } from './printing.ts';
import { flowLogText } from './traffic.ts';

/** The flows that a program printed, each with one source port or the like. */
const FLOWS = { goflow2: /"time_received_ns"/g, Telegraf: /"in_bytes"/g } as const;
const EXPORTERS = 30;
const RUNS = 5;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'natflow-loss-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function logOf(flows: number): Promise<string> {
  const log = join(folder, `${flows}.log`);
  await writeFile(log, flowLogText(flows));
  return log;
}

async function startGoflow2() {
  return await startPrinting(goflow2(), goflow2Args, folder);
}

async function startTelegraf(version: Version) {
  const args = (port: number) => [`udp://${LOOPBACK}:${port}`, telegrafProtocol(version)];
  return await startPrinting(telegraf(), args, folder);
}

async function countBy(program: keyof typeof FLOWS, version: Version, log: string) {
  const started = program === 'goflow2' ? await startGoflow2() : await startTelegraf(version);
  await replayTo(started.port, version, log);
  const drops = started.drops();
  const flows = (await started.stop()).match(FLOWS[program])?.length ?? 0;
  return { flows, drops };
}

async function countByNfcapd(version: Version, log: string) {
  const collector = await startNfcapd(await mkdtemp(join(folder, 'nfcapd-')));
  await replayTo(collector.port, version, log);
  let flows = 0;
  const { drops } = await collector.stop(() => flows++);
  return { flows, drops };
}

describe('goflow2 with its default workers', () => {
  test.each<[Version, string]>([
    [9, 'without options data'],
    [9, '--options'],
    [10, 'without options data'],
    [10, '--options'],
  ])(
    'version %d, %s: has every flow of 30 fresh exporters of 168 flows',
    async (version, options) => {
      const log = await logOf(168);
      const started = await startGoflow2();
      const more = options === '--options' ? [options] : [];
      for (let each = 0; each < EXPORTERS; each++) {
        await replayTo(started.port, version, ...more, log);
      }
      const text = await started.stop();
      expect(text.match(FLOWS.goflow2)).toHaveLength(EXPORTERS * 168);
      const rates = new Set(text.match(/"sampling_rate":\d+/g));
      // Flows that a worker reads before another has read the options data have 0.
      if (options === '--options') expect([...rates]).toContain('"sampling_rate":1');
    },
  );
});

describe.each<Version>([9, 10])('version %d, 20,000 flows at the default rate', (version) => {
  const all = Array.from({ length: RUNS }, () => ({ flows: 20_000, drops: 0 }));

  test.each(['goflow2', 'Telegraf'] as const)(
    '%s with its default buffers loses none in five runs',
    async (program) => {
      const log = await logOf(20_000);
      const runs: object[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await countBy(program, version, log));
      expect(runs).toEqual(all);
    },
  );

  test('nfcapd with its default buffer loses none in five runs', async () => {
    const log = await logOf(20_000);
    const runs: object[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await countByNfcapd(version, log));
    expect(runs).toEqual(all);
  });
});
