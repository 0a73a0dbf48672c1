import { expect, test } from '@jest/globals';
import { ipfix, set, u32, v9 } from '../../tests/support/wire.ts';
import { FlowCollector } from './collect-flows.ts';

type Datagram = (sets: string) => Uint8Array;

const DIALECTS: [string, Datagram, { readonly flows: number; readonly options: number }][] = [
  ['v9', (sets) => v9(sets), { flows: 0, options: 1 }],
  ['IPFIX', (sets) => ipfix(sets), { flows: 2, options: 3 }],
];

/** The elements of a record, each with its octets in hex. */
type Elements = Record<string, string>;

const octetsOf = (hex: string) => (hex.length / 2).toString(16).padStart(4, '0');
const fieldsOf = (elements: Elements) =>
  Object.entries(elements)
    .map(([id, hex]) => id + octetsOf(hex))
    .join('');
const dataOf = (elements: Elements) => Object.values(elements).join('');
const countOf = (elements: Elements) => Object.keys(elements).length.toString(16).padStart(4, '0');

const flowSets = (elements: Elements) =>
  set(2, `0100 ${countOf(elements)} ${fieldsOf(elements)}`) + set(256, dataOf(elements));
/** Options data with its first element as the scope. */
const optionsSets = (elements: Elements) =>
  set(3, `0101 ${countOf(elements)} 0001 ${fieldsOf(elements)}`) + set(257, dataOf(elements));

/** The sampling rates of these flows, after this options data. */
function ratesOf(options: readonly Elements[], flows: readonly Elements[]) {
  const collector = new FlowCollector();
  for (const elements of options) collector.take(ipfix(optionsSets(elements)), 'a', 0);
  return flows
    .flatMap((elements) => collector.take(ipfix(flowSets(elements)), 'a', 0).flows)
    .map((flow) => flow.sampling_rate);
}

const SCOPE = { '0090': u32(1) };
const FLOW = { '0004': '06' };

test.each<[string, Elements, number]>([
  ['the interval of RFC 3954', { '0022': u32(100) }, 100],
  ['its random interval', { '0032': u32(50) }, 50],
  ['its random interval beside a mode', { '0031': '02', '0032': '0a' }, 10],
  ['an interval and a space', { '0131': u32(1), '0132': u32(99) }, 100],
  ['an interval of several packets and a space', { '0131': u32(10), '0132': u32(90) }, 10],
  ['a space that is no multiple', { '0131': u32(2), '0132': u32(5) }, 3.5],
  ['a space that comes first', { '0132': u32(3), '0131': u32(1) }, 4],
  ['no space', { '0131': u32(7), '0132': u32(0) }, 1],
  ['a time and a pause', { '0133': u32(1000), '0134': u32(9000) }, 10],
  ['n of a population', { '0135': u32(5), '0136': u32(1000) }, 200],
  ['a probability', { '0137': '3f847ae147ae147b' }, 100],
  ['both kinds, by the present one', { '0022': u32(7), '0131': u32(1), '0132': u32(2) }, 3],
  ['an interval of 0', { '0022': u32(0) }, 0],
  ['packets in a row without a space', { '0131': u32(100) }, 0],
  ['no packets in a row', { '0131': u32(0), '0132': u32(99) }, 0],
  ['more of a population than it has', { '0135': u32(10), '0136': u32(5) }, 0],
  ['a probability of 0', { '0137': '0000000000000000' }, 0],
])('a rate stated as %s is that of the exporter, or of the flow with it', (_, elements, rate) => {
  expect(ratesOf([{ ...SCOPE, ...elements }], [FLOW])).toEqual([rate]);
  expect(ratesOf([], [{ ...FLOW, ...elements }])).toEqual([rate]);
});

const sampler = (id: number, rate: number) => ({ '012e': u32(id), '0022': u32(rate) });
const ofSampler = (id: number) => ({ ...FLOW, '012e': u32(id) });

test('a flow has the rate of its own sampler, whatever the options data before says', () => {
  const options = [sampler(1, 2000), sampler(2, 4000), { ...SCOPE, '0022': u32(7) }];
  const flows = [ofSampler(2), ofSampler(1), ofSampler(2), FLOW];
  expect(ratesOf(options, flows)).toEqual([4000, 2000, 4000, 7]);
  expect(ratesOf([...options, sampler(1, 10)], [ofSampler(1)])).toEqual([10]);
});

test('the rate of a sampler that no options data defines is unknown', () => {
  expect(ratesOf([], [ofSampler(1)])).toEqual([null]);
  expect(ratesOf([sampler(2, 10)], [ofSampler(1), ofSampler(3)])).toEqual([null, null]);
  expect(ratesOf([{ ...SCOPE, '0022': u32(7) }], [ofSampler(1)])).toEqual([null]);
});

test('sampler 0 is none, as long as no options data defines it', () => {
  const none = ofSampler(0);
  expect(ratesOf([sampler(2, 10)], [none])).toEqual([0]);
  expect(ratesOf([sampler(2, 10), { ...SCOPE, '0022': u32(7) }], [none])).toEqual([7]);
  expect(ratesOf([sampler(2, 10), sampler(0, 5)], [none])).toEqual([5]);
});

test('a flow that states its rate needs no sampler', () => {
  expect(ratesOf([sampler(1, 10)], [{ ...ofSampler(1), '0032': u32(3) }])).toEqual([3]);
  expect(ratesOf([sampler(1, 10)], [{ ...ofSampler(1), '0022': u32(0) }])).toEqual([10]);
});

test('a flow without a sampler has the rate that all samplers have, and none when they differ', () => {
  expect(ratesOf([sampler(1, 10)], [FLOW])).toEqual([10]);
  expect(ratesOf([sampler(1, 10), sampler(2, 10)], [FLOW])).toEqual([10]);
  expect(ratesOf([sampler(1, 10), sampler(2, 20)], [FLOW])).toEqual([null]);
  expect(ratesOf([sampler(1, 10), sampler(2, 20), sampler(1, 20)], [FLOW])).toEqual([20]);
});

test('the number of a sampler means the same in 48 and 302, in any length', () => {
  const old = { '0030': '05', '0032': u32(10) };
  expect(ratesOf([{ ...SCOPE, ...old }], [{ ...FLOW, '012e': `${u32(0)}${u32(5)}` }])).toEqual([
    10,
  ]);
  expect(ratesOf([sampler(5, 3)], [{ ...FLOW, '0030': '0005' }])).toEqual([3]);
});

test('octets that are no number are no sampler and no interface', () => {
  const long = 'ab'.repeat(20);
  const options = [
    { '012e': long, '0022': u32(10) },
    { '000a': long, '0022': u32(20) },
  ];
  expect(ratesOf(options, [{ ...FLOW, '012e': long }, FLOW])).toEqual([20, 20]);
});

test('a rate whose scope is an interface is that of flows through this interface', () => {
  const options = [
    { '000a': u32(3), '0022': u32(100) },
    { '000e': '0004', '0022': u32(200) },
  ];
  const flows = [
    { ...FLOW, '000a': '03' },
    { ...FLOW, '000a': '05', '000e': '04' },
    { ...FLOW, '000a': '05' },
  ];
  expect(ratesOf(options, flows)).toEqual([100, 200, 0]);
  expect(ratesOf([{ '000a': u32(0), '0022': u32(9) }], flows)).toEqual([9, 9, 9]);
});

test.each(DIALECTS)(
  '%s: samplers in a table, with flows of both in one set',
  (_, datagram, ids) => {
    const options =
      ids.options === 1
        ? '0101 0004 0008 0001 0004 0030 0001 0032 0004'
        : '0101 0003 0001 0095 0004 0030 0001 0032 0004';
    const packet = datagram(
      set(ids.options, options) +
        set(257, `${u32(0)}01${u32(2000)}${u32(0)}02${u32(4000)}0000`) +
        set(ids.flows, '0100 0002 0004 0001 0030 0001') +
        set(256, '0601 1102 0603'),
    );
    const { flows, troubles } = new FlowCollector().take(packet, 'a', 0);
    expect(flows.map((flow) => flow.sampling_rate)).toEqual([2000, 4000, null]);
    expect(troubles).toMatchObject([
      {
        kind: 'unknown-sampling',
        message: expect.stringMatching(/ a flow of sampler 3, whose rate/),
      },
    ]);
  },
);

test('v9 options data about an interface is not about the others', () => {
  const packet = v9(
    set(1, '0101 0004 0004 0002 0004 0022 0004 0000') +
      set(257, u32(3) + u32(100)) +
      set(0, '0100 0002 0004 0001 000a 0001') +
      set(256, '0603 0605'),
  );
  const { flows } = new FlowCollector().take(packet, 'a', 0);
  expect(flows.map((flow) => flow.sampling_rate)).toEqual([100, 0]);
});

test('samplers belong to one exporter and domain', () => {
  const collector = new FlowCollector();
  collector.take(ipfix(optionsSets(sampler(1, 10)), { domain: 1 }), 'a', 0);
  const rate = (sender: string, domain: number) =>
    collector.take(ipfix(flowSets(ofSampler(1)), { domain }), sender, 0).flows[0]?.sampling_rate;
  expect([rate('a', 1), rate('a', 2), rate('b', 1)]).toEqual([10, null, null]);
  expect(collector.exporters().map((exporter) => exporter.unknownSampling)).toEqual([0, 1, 1]);
});

test('the newest 1000 samplers of an exporter are remembered', () => {
  const ids = Array.from({ length: 1500 }, (_, index) => 1 + index);
  const options = ids.map((id) => u32(id) + u32(id + 1)).join('');
  const message = ipfix(
    set(3, '0101 0002 0001 012e 0004 0022 0004') +
      set(257, options) +
      set(2, '0100 0001 012e 0004') +
      set(256, ids.map(u32).join('')),
  );
  const { flows } = new FlowCollector().take(message, 'a', 0);
  const rates = flows.map((flow) => flow.sampling_rate);
  expect(rates.slice(0, 500)).toEqual(Array(500).fill(null));
  expect(rates.slice(500)).toEqual(ids.slice(500).map((id) => id + 1));
});
