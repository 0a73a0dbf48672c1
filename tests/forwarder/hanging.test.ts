import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Piece } from '../../services/forwarder/answer.ts';
import type { Ports } from '../../services/forwarder/forward.ts';
import { timeToSend } from '../../shared/deadline.ts';
import type { Packet } from '../../shared/netflow/packet.ts';
import { archived, delivery, wrapped } from '../support/deliveries.ts';
import { DEFAULT_LINES, flowLine, intoArray, NEVER } from '../support/forwarder.ts';
import { read } from '../support/loopback-collector.ts';

/** How long a function may run here; the busiest machine needs less than the time kept for the answer. */
const TIMEOUT_MS = 6000;
const hang = () => new Promise<never>(() => {});
const lines = (count: number) => Array.from({ length: count }, (_, i) => flowLine({ 5: `${i}` }));
const gzipped = (text: readonly string[]) => gzipSync(text.join('\n'));

/** Two records whose lines are kept, two whose lines have to be put into the stream again. */
const KEPT = 1001;
const mixed = () =>
  delivery(gzipped(lines(1000)), wrapped(flowLine()), gzipped(lines(60_000)), wrapped(flowLine()));

/** Delivers to a function that has `TIMEOUT_MS`; fails when the answer comes after its end. */
async function deliver(ports: Partial<Ports>) {
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

describe('a port that never answers does not keep Firehose waiting', () => {
  test.concurrent.each<[string, Partial<Ports>, string, number, string]>([
    ['the stream', { reingest: hang }, 'OOPP', KEPT, 're-ingestion'],
    ['the name server', { resolve: hang }, 'OODD', KEPT, 'undefined'],
    ['the table of slots', { reserve: hang }, 'OODD', 0, 'the reservation of numbers'],
    ['the network', { send: hang }, 'OODD', 0, 'sending'],
    [
      'everything',
      { reingest: hang, resolve: hang, reserve: hang, send: hang },
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
    30_000,
  );

  test('flows go out before the stream has taken the lines that are put there again', async () => {
    const refused = Promise.withResolvers<Piece[]>();
    const sent = Promise.withResolvers<void>();
    const delivering = deliver({
      reingest: () => refused.promise,
      send: async (packets) => {
        sent.resolve();
        return { taken: packets.map(() => 1) };
      },
    });
    await sent.promise;
    refused.resolve([]);
    expect((await delivering).results).toBe('OODD');
  });

  test('what a port has done by its deadline counts, though the rest never ends', async () => {
    const until = (deadline: number) => sleep(Math.max(0, deadline - performance.now()));
    const { report } = await deliver({
      reingest: async (_, pieces, deadline) => {
        await until(deadline);
        return pieces.slice(1);
      },
      send: async (_, deadline) => {
        await until(deadline);
        return { taken: [1] };
      },
    });
    expect(report).toMatchObject({ reingested: 1, exported: 30, datagrams: 1, unsent: KEPT - 30 });
    expect(report.failure).toBeUndefined();
  });

  test('a stream that takes nothing is given up long before a long deadline', async () => {
    let given = 0;
    const { forward } = intoArray(DEFAULT_LINES, {
      reingest: async (_, pieces, deadline) => {
        given = deadline - performance.now();
        return pieces;
      },
    });
    await forward.deliver(mixed(), performance.now() + 120_000);
    expect(given).toBeGreaterThan(15_000);
    expect(given).toBeLessThanOrEqual(20_000);
  });

  test('what was given up may go on: its memory is not used by later deliveries', async () => {
    let pieces: readonly Piece[] = [];
    let packets: readonly Packet[] = [];
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
    await forward.deliver(delivery(gzipped(lines(70_000).reverse())), performance.now() + 1000);
    await forward.deliver(delivery(...lines(100).reverse()), performance.now() + 1000);
    expect(piece?.toString() === copies[0]).toBe(true);
    expect(Buffer.from(packet ?? []).toString('hex')).toBe(copies[1]);
  });

  test('the next delivery is exported as if nothing had hung', async () => {
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
