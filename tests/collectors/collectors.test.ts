import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { flowLogFixtures } from '../support/fixtures.ts';
import { describeWithPeerData, PEER_DATA } from '../support/peer-data.ts';
import { type Expected, expectedOf, readExpected, type Totals } from './expected.ts';
import type { Flow, Version } from './flow.ts';
import { type Replay, replay, synthesize } from './natflow.ts';
import { startNfacctd } from './nfacctd.ts';
import { startNfcapd } from './nfcapd.ts';
import type { Collector } from './program.ts';
import { startTshark } from './tshark.ts';

const VERSIONS: Version[] = [5, 9, 10];
const MILLION = 1_000_000;
const MILLION_MS = 1_200_000;

const COLLECTORS = [startNfcapd, startNfacctd, startTshark];

/** Checks that the replay's totals equal those of the independent reading, and that its line counts add up. */
function checkReplay(told: Replay, totals: Totals): void {
  expect(told).toMatchObject({ ...totals, otherLeg: 0, exitCode: totals.malformed > 0 ? 3 : 0 });
  const { flows, nodata, skipdata, nonflow, malformed } = told;
  expect(told.lines).toBe(flows + nodata + skipdata + nonflow + malformed);
}

/** Calls a function, at once or when it is its turn. */
type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** Replays logs to newly started collectors. Checks that each has exactly their flows, and reported no trouble. */
async function checkLogs(
  logs: readonly Expected[],
  format?: string,
  sending: Turn = (send) => send(),
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'natflow-collectors-'));
  const started = await Promise.allSettled(COLLECTORS.map((start) => start(folder)));
  const collectors = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    for (const { log, version, totals } of logs) {
      checkReplay(await sending(() => replay(log, version, collectors, format)), totals);
    }
    const found = await Promise.all(collectors.map((collector) => inspect(collector, logs)));
    expect(found).toEqual(collectors.map(({ program }) => ({ program, ...NO_TROUBLE })));
  } finally {
    await Promise.all(collectors.map((collector) => collector.kill()));
    await rm(folder, { recursive: true });
  }
}

const NO_TROUBLE = { drops: 0, sequenceFailures: 0, complaints: [], differences: [] };

async function inspect(collector: Collector, logs: readonly Expected[]): Promise<object> {
  const balances = new Map(logs.map(({ version, balance }) => [version, balance.copy()]));
  const strays: Flow[] = [];
  const trouble = await collector.stop((flow) => {
    const balance = balances.get(flow.version);
    if (balance === undefined) strays.push(flow);
    else balance.hold(flow);
  });
  const differences = [...strays, ...[...balances.values()].flatMap((each) => each.differences())];
  return { program: collector.program, ...trouble, differences };
}

describe('a log of the fixtures, sent to nfcapd, nfacctd and tshark as versions 5, 9 and 10', () => {
  test.concurrent.each(flowLogFixtures())('$file arrives flow by flow', (fixture) =>
    checkLogs(
      VERSIONS.map((version) => expectedOf(fixture, version)),
      fixture.format,
    ),
  );
});

describeWithPeerData(
  'a log that other people published, sent to nfcapd, nfacctd and tshark as versions 5, 9 and 10',
  () => {
    const folder = fileURLToPath(new URL('flowlogs/', PEER_DATA));

    test.concurrent.each(readdirSync(folder))('%s arrives flow by flow', async (name) => {
      const log = join(folder, name);
      await checkLogs(await Promise.all(VERSIONS.map((version) => readExpected(log, version))));
    });
  },
);

/** Turns one after the other, in the order of the calls. */
function oneAtATime(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

describe('a million made-up flows at the default rate', () => {
  let folder = '';
  /** The versions are sent one after the other; what the collectors of one hold is read while the next is sent. */
  const checks = new Map<Version, Promise<void>>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'natflow-million-'));
    const log = join(folder, 'million.log');
    await synthesize(MILLION, log);
    const sending = oneAtATime();
    for (const version of VERSIONS) {
      const check = checkMillion(log, version, sending);
      // The version's test fails with it.
      check.catch(() => {});
      checks.set(version, check);
    }
  });

  async function checkMillion(log: string, version: Version, sending: Turn): Promise<void> {
    const expected = await readExpected(log, version);
    expect(expected.totals.flows).toBe(MILLION);
    await checkLogs([expected], undefined, sending);
  }

  afterAll(() => rm(folder, { recursive: true }));

  test.each(VERSIONS)(
    'as version %i, all arrive at nfcapd with its default buffer, nfacctd and tshark',
    (version) => checks.get(version),
    MILLION_MS,
  );
});
