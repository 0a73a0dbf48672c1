import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import type { Piece } from '../../services/forwarder/answer.ts';
import { timeToSend } from '../../shared/deadline.ts';
import type { Packet } from '../../shared/netflow/packet.ts';
import { archived, delivery, wrapped } from '../support/deliveries.ts';
import {
  DEFAULT_LINES,
  flowLine,
  intoArray,
  NEVER,
  type OtherPorts,
} from '../support/forwarder.ts';
import { read } from '../support/loopback-collector.ts';

jest.setTimeout(60_000);

/** The function's timeout. The busiest machine needs less than the time that is reserved for the answer. */
const TIMEOUT_MS = 6000;
const EVERYTHING_BUT_PERFORMANCE = [
  'Date',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'nextTick',
  'queueMicrotask',
  'hrtime',
] as const;
const hang = () => new Promise<never>(() => {});
const lines = (count: number) => Array.from({ length: count }, (_, i) => flowLine({ 5: `${i}` }));

/** Seven lines that together exceed any answer. They are not flows, so that reading them takes no time. */
const large = (letter = 'x') => gzipSync(`${letter.repeat(900_000)}\n`.repeat(7));
const KEPT = 1001;
/** Two records whose lines are kept, and two whose lines are re-ingested. */
const mixed = () =>
  delivery(lines(1000).join('\n'), wrapped(flowLine()), large(), wrapped(flowLine()));

/** Delivers to a function with the timeout `TIMEOUT_MS`. Fails when the answer is later. */
async function deliver(ports: OtherPorts) {
  const { forward, sent } = intoArray(DEFAULT_LINES, ports);
  const event = mixed();
  const began = performance.now();
  const { answer, report } = await forward.deliver(event, began + timeToSend(TIMEOUT_MS));
  expect(performance.now() - began).toBeLessThan(TIMEOUT_MS);
  expect(answer.records.map(({ recordId }) => recordId)).toEqual(
    event.records.map(({ recordId }) => recordId),
  );
  const results = answer.records.map(({ result }) => result[0]).join('');
  return { forward, answer, report, results, flows: read(sent).flows };
}

describe("the ports' deadlines", () => {
  /** The time of each port for a delivery with this much time left, on a stopped clock. */
  async function deadlines(leftMs: number) {
    jest.useFakeTimers({ doNotFake: [...EVERYTHING_BUT_PERFORMANCE] });
    try {
      const given = { refresh: 0, send: 0, reingest: 0 };
      const now = performance.now();
      const { forward } = intoArray(DEFAULT_LINES, {
        refresh: async (patienceMs = Number.POSITIVE_INFINITY) => {
          given.refresh = patienceMs;
        },
        send: async (packets, deadline = Number.POSITIVE_INFINITY) => {
          given.send = deadline - now;
          return { taken: packets.map(() => 1), isLate: false };
        },
        reingest: async (_, pieces, deadline) => {
          given.reingest = deadline - now;
          return pieces;
        },
      });
      await forward.deliver(mixed(), now + leftMs);
      return given;
    } finally {
      jest.useRealTimers();
    }
  }

  test.each([
    ['a long time', 100_000, { refresh: 50_000, send: 99_750, reingest: 19_750 }],
    ['some time', 10_000, { refresh: 5000, send: 9750, reingest: 9750 }],
    ['a short time', 1000, { refresh: 500, send: 900, reingest: 900 }],
  ])(
    '%s: half of it for name resolution, and an end shortly before the deadline',
    async (_, leftMs, expected) => {
      const { refresh, send, reingest } = await deadlines(leftMs);
      expect({
        refresh: Math.round(refresh),
        send: Math.round(send),
        reingest: Math.round(reingest),
      }).toEqual(expected);
    },
  );
});

describe('a port that never answers does not keep Firehose waiting', () => {
  test.concurrent.each<[string, OtherPorts, string, number, string]>([
    ['the stream', { reingest: hang }, 'OOPP', KEPT, 're-ingestion'],
    ['the name server', { refresh: hang }, 'OODD', KEPT, 'undefined'],
    ['the table of slots', { reserve: hang }, 'OODD', 0, 'the reservation of numbers'],
    ['the network', { send: hang }, 'OODD', 0, 'sending'],
    [
      'everything',
      { reingest: hang, refresh: hang, reserve: hang, send: hang },
      'OOPP',
      0,
      'did not end in time',
    ],
  ])(
    '%s: every record is answered, every flow counted',
    async (_, ports, expected, exported, failure) => {
      const { answer, report, results, flows } = await deliver(ports);
      expect(results).toBe(expected);
      expect(archived(answer).trimEnd().split('\n')).toEqual([...lines(1000), flowLine()]);
      expect(flows).toHaveLength(exported);
      expect(report).toMatchObject({ flows: KEPT, exported, unsent: KEPT - exported });
      expect(report.refused > 0).toBe(expected.endsWith('PP'));
      expect(String(report.failure)).toContain(failure);
    },
  );

  test('flows are sent before the re-ingestion ends', async () => {
    const refused = Promise.withResolvers<Piece[]>();
    const sent = Promise.withResolvers<void>();
    const delivering = deliver({
      reingest: () => refused.promise,
      send: async (packets) => {
        sent.resolve();
        return { taken: packets.map(() => 1), isLate: false };
      },
    });
    await sent.promise;
    refused.resolve([]);
    expect((await delivering).results).toBe('OODD');
  });

  test('the work that a port has done by its deadline counts, even if it never ends', async () => {
    const until = (deadline: number) => sleep(Math.max(0, deadline - performance.now()));
    const { report } = await deliver({
      reingest: async (_, pieces, deadline) => {
        await until(deadline);
        return pieces.slice(1);
      },
      send: async (_, deadline = Number.POSITIVE_INFINITY) => {
        await until(deadline);
        return { taken: [1], isLate: true };
      },
    });
    expect(report).toMatchObject({ reingested: 1, exported: 30, datagrams: 1, unsent: KEPT - 30 });
    expect(report.failure).toBeUndefined();
  });

  test('name resolution has half of the time, and sending the other half', async () => {
    const began = performance.now();
    let sentAt = 0;
    const { forward } = intoArray(DEFAULT_LINES, {
      refresh: hang,
      send: async (packets) => {
        sentAt = performance.now();
        return { taken: packets.map(() => 1), isLate: false };
      },
    });
    await forward.deliver(delivery(flowLine()), began + 4000);
    expect(sentAt - began).toBeGreaterThan(1990);
    expect(sentAt - began).toBeLessThan(4000);
  });

  test('later deliveries do not reuse memory that a hanging port may still read', async () => {
    let pieces: readonly Piece[] = [];
    let packets: readonly Pick<Packet, 'bytes'>[] = [];
    const { forward } = intoArray(DEFAULT_LINES, {
      reingest: (_, given) => {
        pieces = given;
        return hang();
      },
      send: (given) => {
        packets = given;
        return hang();
      },
    });
    await forward.deliver(mixed(), performance.now() + 2000);
    const piece = pieces[0]?.data;
    const packet = packets[0]?.bytes;
    const copies = [piece?.toString(), Buffer.from(packet ?? []).toString('hex')];
    expect(copies[0]?.length).toBeGreaterThan(100_000);
    expect(copies[1]?.length).toBeGreaterThan(1000);
    await forward.deliver(delivery(large('y')), performance.now() + 500);
    await forward.deliver(delivery(...lines(100).reverse()), performance.now() + 500);
    expect(piece?.toString() === copies[0]).toBe(true);
    expect(Buffer.from(packet ?? []).toString('hex')).toBe(copies[1]);
  });

  test('a hanging port does not affect the next delivery', async () => {
    let isHanging = true;
    const { forward, sent } = intoArray(DEFAULT_LINES, {
      reserve: () =>
        isHanging ? hang() : Promise.resolve({ domain: 1, sequence: { 5: 0, 9: 0, 10: 0 } }),
    });
    const hung = await forward.deliver(delivery(flowLine(), flowLine()), performance.now() + 300);
    expect(hung.report).toMatchObject({ exported: 0, unsent: 2 });
    isHanging = false;
    const { report } = await forward.deliver(delivery(flowLine()), NEVER);
    expect(report).toMatchObject({ exported: 1, unsent: 0, failure: undefined });
    expect(read(sent).flows).toHaveLength(1);
  });
});
