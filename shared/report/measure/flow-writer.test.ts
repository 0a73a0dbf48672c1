import { expect, test } from '@jest/globals';
import {
  addressText,
  expectSame,
  randomValues,
  readBlocks,
} from '../../../tests/support/told-in-blocks.ts';
import { FlowRecord, NO_TIME } from '../../flow/record.ts';
import type { Dictionary } from '../../flowlog/text-fields.ts';
import { ResolvedNames } from '../../names/resolved-names.ts';
import { FIELD, ReportFields } from './fields.ts';
import type { FlowSink } from './flow-sink.ts';
import { FlowWriter } from './flow-writer.ts';

/** More than a few blocks have room for. */
const LINES = 60_000;
const NUMBERED = [FIELD.sourceService, FIELD.destinationService, FIELD.vpc];
const LEARNED = [FIELD.region, FIELD.zone, FIELD.interface, FIELD.resource, FIELD.interfaceType];

type Told = Pick<FlowSink, 'fields' | 'add' | 'addOther'>;

/** What it is told, as text. What an interface says counts where it comes for the first time. */
function recorder(): Told & { readonly told: string[] } {
  const told: string[] = [];
  const seen = new Set<number>();
  const fields = new ReportFields();
  return {
    told,
    fields,
    add({ source, destination, packetSource, packetDestination, ...flow }) {
      const addresses = [source, destination, packetSource, packetDestination].map(addressText);
      const numbers = NUMBERED.map((field) => fields.text(field, fields.id(field)));
      const texts = seen.has(flow.interfaceIndex) ? [] : LEARNED.map((field) => fields.said(field));
      seen.add(flow.interfaceIndex);
      const has = [FIELD.sourceService, FIELD.destinationService].map((field) => fields.has(field));
      const parts = [flow, addresses, numbers, texts, has, fields.isSaid(FIELD.instance)];
      told.push(JSON.stringify(parts));
    },
    addOther: (outcome, { interfaceName }) => told.push(`${outcome} of ${interfaceName}`),
  };
}

test('what is told in blocks is what was told, in the same order', () => {
  const { seed, random, word, oneOf, address: addressOf } = randomValues();
  const address = () => addressOf(0, 4, 4, 6);
  const flow = () =>
    Object.assign(new FlowRecord(), {
      ...{ source: address(), destination: address() },
      ...{ packetSource: address(), packetDestination: address() },
      ...{ sourcePort: random(65_536), destinationPort: random(65_536) },
      ...{ protocol: random(256), tcpFlags: random(256) },
      ...{ packetsHigh: word(), packetsLow: word(), bytesHigh: word(), bytesLow: word() },
      ...{ start: oneOf(NO_TIME, 0, word() >>> 0, 0xffff_ffff), end: oneOf(NO_TIME, word() >>> 0) },
      ...{ direction: oneOf(-1, 0, 1), forwardingStatus: oneOf(0, 64, 129) },
      ...{ interfaceIndex: oneOf(0, 2 ** 31 - 1, random(6000)), regional: oneOf(true, false) },
    });
  /** A line whose fields are these. */
  const line = () => {
    const values = [...NUMBERED, ...LEARNED].map(() => oneOf('', 'é', `value-${random(3000)}`));
    const [hasServices, isInstance] = [oneOf(true, false), oneOf(true, false)];
    return {
      has: () => hasServices,
      isSaid: () => isInstance,
      said: (field: number) => values[field] ?? '',
      id: (field: number, dictionary: Dictionary) => {
        const value = Buffer.from(values[field] ?? '');
        return dictionary.idOf(value, 0, value.length);
      },
    };
  };
  const expected = recorder();
  const found = recorder();
  const { to, read } = readBlocks(found, new ResolvedNames());
  const writer = new FlowWriter(to);
  for (let number = 0; number < LINES; number++) {
    const [of, current, interfaceName] = [flow(), line(), `eni-${'n'.repeat(random(500))}`];
    const outcome = oneOf('flow', 'flow', 'nodata', 'skipdata', 'nonflow');
    for (const sink of [expected, writer]) {
      sink.fields.current = current;
      if (outcome === 'flow') sink.add(of);
      else sink.addOther(outcome, { interfaceName });
    }
  }
  to.flush();
  expect(read()).toBeGreaterThan(2);
  expect(found.told.length).toBe(LINES);
  expectSame(found.told, expected.told, seed);
});
