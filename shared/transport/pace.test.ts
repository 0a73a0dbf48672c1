import { afterEach, expect, jest, test } from '@jest/globals';
import { Pace } from './pace.ts';

const PACKET_RECORDS = 30;
/** The most records in a burst: a third of a default socket buffer. A timer may fire a few milliseconds early. */
const BURST_RECORDS = 900;
const TIMER_MS = 2;

afterEach(() => {
  jest.restoreAllMocks();
});

/** Time stands still, so that a busy machine changes nothing. */
function stopClock(): void {
  jest.spyOn(performance, 'now').mockReturnValue(0);
}

interface Sent {
  readonly atMs: number;
  readonly records: number;
}

/** Sends packets for this many milliseconds, with one long pause in the middle. */
async function sendFor(ms: number, recordsPerSecond: number): Promise<Sent[]> {
  const pace = new Pace(recordsPerSecond);
  const sent: Sent[] = [];
  const began = performance.now();
  let pauseMs = ms / 4;
  while (performance.now() - began < ms) {
    const wait = pace.spend(PACKET_RECORDS);
    if (wait > 0) await pace.wait(wait);
    sent.push({ atMs: performance.now(), records: PACKET_RECORDS });
    if (performance.now() - began > ms / 2 && pauseMs > 0) {
      const until = performance.now() + pauseMs;
      while (performance.now() < until);
      pauseMs = 0;
    }
  }
  return sent;
}

/** The largest number of records beyond the rate, over all intervals. */
function mostBeyond(sent: readonly Sent[], recordsPerSecond: number): number {
  let allowed = 0;
  let worst = 0;
  let lastMs = sent[0]?.atMs ?? 0;
  for (const { atMs, records } of sent) {
    allowed = Math.max(0, allowed - ((atMs - lastMs) * recordsPerSecond) / 1000) + records;
    worst = Math.max(worst, allowed);
    lastMs = atMs;
  }
  return worst;
}

test.each([[1_000], [20_000], [100_000]])(
  'at %i records per second, no interval exceeds the rate by more than one burst, even after a pause',
  async (rate) => {
    const sent = await sendFor(800, rate);
    const burst = Math.min(BURST_RECORDS, rate * 0.05);
    const slack = PACKET_RECORDS + (TIMER_MS * rate) / 1000;
    expect(mostBeyond(sent, rate)).toBeLessThanOrEqual(burst + slack);
    expect(sent.length).toBeGreaterThan(5);
  },
);

test('the packet after one larger than a burst waits until the rate is kept', () => {
  stopClock();
  const pace = new Pace(100);
  expect(pace.spend(5)).toBe(0);
  expect(pace.spend(10)).toBe(100);
});

test('senders that share a rate keep it together, and one that is alone again has all of it', () => {
  stopClock();
  const pace = new Pace(1000);
  pace.share(4);
  // A burst is 1/20 s of 250 records a second.
  expect(pace.spend(10)).toBe(0);
  expect(pace.spend(102.5)).toBe(400);
  pace.share(1);
  expect(pace.spend(0)).toBe(100);
});

test('stopping the pace ends the current wait and all later ones', async () => {
  const pace = new Pace(1);
  const waiting = pace.wait(600_000);
  pace.stop();
  await waiting;
  await pace.wait(600_000);
});
