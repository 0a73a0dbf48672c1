import { expect, test } from '@jest/globals';
import { Address, FlowRecord, NO_TIME } from '../../flow/record.ts';
import { randomSource } from '../../flowlog/synth.ts';
import type { Exchange } from './flow-tables.ts';
import type { TableKeeper } from './kept-tables.ts';
import { StepReader, StepWriter } from './table-steps.ts';

/** More than a few blocks have room for. */
const STEPS = 60_000;

type Told = Pick<TableKeeper, 'add' | 'reject' | 'prove' | 'dropShown'>;

/** What the steps of a keeper are about, as text. */
function recorder(vpcName: (id: number) => string): Told & { readonly told: string[] } {
  const told: string[] = [];
  const tell = (...parts: unknown[]) => told.push(JSON.stringify(parts));
  const counted = ({ protocol, bytesHigh, bytesLow }: FlowRecord) => [
    protocol,
    bytesHigh,
    bytesLow,
  ];
  return {
    told,
    add: (kept, owner, flow, { client, peer, ...exchange }) =>
      tell(
        ...['add', kept, owner, counted(flow), flow.start, flow.end, textOf(client), textOf(peer)],
        ...[exchange, vpcName(exchange.vpc)],
      ),
    reject: (kept, owner, flow) =>
      tell(
        ...['reject', kept, owner, counted(flow), flow.destinationPort],
        ...[textOf(flow.source), textOf(flow.destination)],
      ),
    prove: (owner) => tell('prove', owner),
    dropShown: () => tell('dropShown'),
  };
}

/** Words that an address of the family does not have do not count. */
function textOf({ family, w0, w1, w2, w3 }: Address): string {
  return [family, ...[w0, w1, w2, w3].slice(0, { 4: 1, 6: 4 }[family] ?? 0)].join();
}

test('what a keeper is told in blocks is what it was told, in the same order', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomSource(seed);
  const word = () => (random(2 ** 16) << 16) | random(2 ** 16);
  const oneOf = <T>(...all: T[]) => all[random(all.length)] as T;
  const address = () =>
    Object.assign(new Address(), {
      ...{ family: oneOf(0, 4, 4, 6), w0: word(), w1: word(), w2: word(), w3: word() },
    });
  const flow = () =>
    Object.assign(new FlowRecord(), {
      ...{ source: address(), destination: address(), destinationPort: random(65_536) },
      ...{ protocol: random(256), bytesHigh: word(), bytesLow: word() },
      ...{ start: oneOf(NO_TIME, 0, word() >>> 0, 0xffff_ffff), end: oneOf(NO_TIME, word() >>> 0) },
    });
  const exchange = (): Exchange => ({
    ...{ client: address(), origin: oneOf(0, random(2 ** 28)), peer: address() },
    ...{ name: 0, domain: 0, found: undefined, asn: oneOf(undefined, 0, 2 ** 31 - 1, -1) },
    ...{ isUpload: oneOf(true, false), port: random(65_536), service: oneOf(-1, 0, random(9000)) },
    ...{ vpc: random(40), gateway: random(9000) },
  });
  const vpcName = (id: number) => (id === 0 ? '' : `vpc-${id}-é`);
  const blocks: Int32Array[] = [];
  const writer = new StepWriter((block, words) => {
    blocks.push(block.slice(0, words));
    return block.fill(-1);
  }, vpcName);
  const expected = recorder(vpcName);
  for (let step = 0; step < STEPS; step++) {
    const [kept, owner, kind] = [random(3), oneOf(0, random(2 ** 30)), random(20)];
    const [of, about] = [flow(), exchange()];
    const tell = (keeper: Told) => {
      if (kind === 0) keeper.prove(owner);
      else if (kind === 1) keeper.dropShown();
      else if (kind < 5) keeper.reject(kept, owner, of);
      else keeper.add(kept, owner, of, about);
    };
    tell(expected);
    tell(writer);
  }
  writer.flush();
  const reader = new StepReader((name) => recorder(name));
  for (const block of blocks) reader.read(block, block.length);
  expect(blocks.length).toBeGreaterThan(2);
  const found = reader.keeper.told;
  expect(found.length).toBe(STEPS);
  const wrong = found.findIndex((each, step) => each !== expected.told[step]);
  expect([seed, wrong, found[wrong]]).toEqual([seed, -1, undefined]);
});
