import { describe, expect, test } from '@jest/globals';
import { reportOn } from '../../../tests/reporter/story.ts';

const HEADER =
  'interface-id instance-id interface-type srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport bytes';
const exchange = (id: string, facts = '- -') => [
  `${id} ${facts} 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 40000 443 1000`,
  `${id} ${facts} 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 50000 443 1000`,
];
const text = (...lines: string[]) => [HEADER, ...lines].join('\n');

/** What a report says of gateways: each with why, what is not proven, and the notes. */
function said(lines: string, network: object = {}, gateway?: ReadonlySet<string>) {
  const { gateway: of, totals, cost } = reportOn(lines, { network }, gateway && { gateway });
  const proven = of.proven.map(({ interface: name, by, bytes }) => `${name} ${by} ${bytes}`);
  const { interfaces, bytes } = totals.notProven;
  return { proven, notProven: [interfaces, bytes], notes: of.notes, isPriced: cost.total !== null };
}

test('what lines show is confirmed by a description or a name', () => {
  const lines = text(...exchange('eni-1'));
  const shown = said(lines);
  expect(shown).toMatchObject({ proven: ['eni-1 lines 1000'], notProven: [0, 0], isPriced: true });
  expect(shown.notes).toEqual([
    "eni-1 counts as a NAT gateway by its lines; a NAT instance's look the same. --vpc FILE with its NatGateways, or --nat ID, confirms it.",
  ]);
  const NatGateways = [{ NatGatewayAddresses: [{ NetworkInterfaceId: 'eni-1' }] }];
  expect(said(lines, { NatGateways })).toMatchObject({
    proven: ['eni-1 described 1000'],
    notes: [],
  });
  expect(said(lines, {}, new Set(['eni-1']))).toMatchObject({
    proven: ['eni-1 named 1000'],
    notes: [],
  });
});

test('what nothing proves has no price, and a note that says what would', () => {
  const [leg = ''] = exchange('eni-1');
  expect(said(text(leg))).toEqual({
    proven: [],
    notProven: [1, 1000],
    isPriced: false,
    notes: [
      '1,000 B in 1 flow at 1 interface is not proven to have gone through a NAT gateway, and is not priced: --vpc FILE with its NatGateways, or --nat ID, would prove it.',
    ],
  });
});

describe('it is no gateway, whatever its lines show,', () => {
  const network = (facts: object) => ({
    NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', ...facts }],
  });
  test.each([
    ['by the instance that its lines name', '- -', 'i-1 -', {}],
    ['by the type that its lines name', '- -', '- network_load_balancer', {}],
    ['by the type that EC2 describes', '- -', '- -', network({ InterfaceType: 'interface' })],
    [
      'by the instance that EC2 describes',
      '- -',
      '- -',
      network({ Attachment: { InstanceId: 'i-1' } }),
    ],
  ])('%s', (_, other, facts, described) => {
    const lines = text(...exchange('eni-1', facts), ...exchange('eni-2', other));
    const shown = said(lines, described);
    expect(shown).toMatchObject({ proven: ['eni-2 lines 1000'], notProven: [1, 2000] });
    expect(shown.notes[1]).toBe(
      "1.95 KiB in 2 flows at 1 interface are not a NAT gateway's, and are not priced.",
    );
    const named = said(text(...exchange('eni-1', facts)), described, new Set(['eni-1']));
    expect(named).toMatchObject({ proven: [], isPriced: false });
  });

  test('when an instance is named only by the line that would prove it', () => {
    const [client = ''] = exchange('eni-1');
    const [, own = ''] = exchange('eni-1', 'i-1 -');
    expect(said(text(client, own)).proven).toEqual([]);
  });
});

test.each(['nat_gateway', 'natGateway'])(
  'EC2 describes a gateway by the type %s',
  (InterfaceType) => {
    const NetworkInterfaces = [{ NetworkInterfaceId: 'eni-1', InterfaceType }];
    const [leg = ''] = exchange('eni-1');
    expect(said(text(leg), { NetworkInterfaces }).proven).toEqual(['eni-1 described 1000']);
  },
);

test('the type in the lines tells a gateway', () => {
  const [leg = ''] = exchange('eni-1', '- nat_gateway');
  expect(said(text(leg)).proven).toEqual(['eni-1 lines 1000']);
});

describe('in the default format', () => {
  const PLAIN = 'interface-id srcaddr dstaddr srcport dstport bytes';
  const client = 'eni-1 10.0.1.5 10.0.0.220 40000 443 1000';
  const far = 'eni-1 10.0.0.220 203.0.113.5 50000 443 1000';
  const report = (lines: readonly string[], network: object = {}, named = ['eni-1']) =>
    said([PLAIN, ...lines].join('\n'), network, new Set(named));
  const own = (PrivateIp: string) => ({
    NatGateways: [{ NatGatewayAddresses: [{ NetworkInterfaceId: 'eni-1', PrivateIp }] }],
  });

  test.each([
    ['by the address that all lines share', [client, far], {}],
    ['whatever comes first', [far, client], {}],
    ['by the address that EC2 describes', [client], own('10.0.0.220')],
    [
      'of a private gateway by who opened',
      [client, far.replace('203.0.113.5', '10.9.0.5')],
      own('10.0.0.220'),
    ],
    ['and IPv6 beside it', [client, far, 'eni-1 fd00::5 fd00::6 0 0 0'], {}],
  ])('a gateway’s own address tells its legs, %s', (_, lines, network) => {
    expect(report(lines, network).proven[0]).toMatch(/^eni-1 (described|named) 1000$/);
  });

  test('lines that have two addresses in common prove nothing', () => {
    expect(report([client])).toMatchObject({ proven: [], notProven: [1, 1000] });
    expect(report([client]).notes[0]).toContain('record pkt-srcaddr and pkt-dstaddr');
  });

  test('a line that does not tell who opened is apart', () => {
    const ping = 'eni-1 10.0.1.5 10.0.0.220 0 0 50';
    expect(report([client, far, ping])).toMatchObject({
      proven: ['eni-1 named 1000'],
      notProven: [1, 50],
    });
  });
});
