import { describe, expect, test } from '@jest/globals';
import { readFlow } from '../../tests/support/read-flow.ts';
import { LineProof } from './gateway-proof.ts';

const FORMAT =
  'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol tcp-flags';
/** At a gateway of the address 10.0.0.220: a client opens to 203.0.113.5, and the gateway does. */
const CLIENT = 'eni-1 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 40000 443 6 0';
const OWN = 'eni-1 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 50000 443 6 0';
const OWN_DOWN = 'eni-1 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220 443 50000 6 0';
const CLIENT_DOWN = 'eni-1 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5 443 40000 6 0';

/** Whether the last of these lines, after those before it, shows a gateway. */
function isShown(lines: readonly string[], format = FORMAT): boolean {
  const proof = new LineProof();
  return lines.map((line) => proof.shows(readFlow(format, line))).at(-1) ?? false;
}

test.each([
  ['up', [CLIENT, OWN]],
  ['down', [OWN_DOWN, CLIENT_DOWN]],
  ['one up and the other down', [CLIENT, OWN_DOWN]],
  ['with others between', [OWN, CLIENT.replace('203.0.113.5', '203.0.113.9'), CLIENT]],
])('an exchange on both legs shows a gateway, %s', (_, lines) => {
  expect(isShown(lines)).toBe(true);
  expect(isShown(lines.slice(0, -1))).toBe(false);
});

test('a private gateway is shown as well, and IPv6', () => {
  const to = (far: string) => [CLIENT, OWN].map((line) => line.replaceAll('203.0.113.5', far));
  expect(isShown(to('10.9.0.5'))).toBe(true);
  const v6 = [CLIENT, OWN].map((line) =>
    line
      .replaceAll('10.0.1.5', 'fd00::5')
      .replaceAll('10.0.0.220', 'fd00::220')
      .replaceAll('203.0.113.5', '2001:db8::5'),
  );
  expect(isShown(v6)).toBe(true);
});

test('the handshake tells who opened where ports do not', () => {
  const odd = [CLIENT, OWN].map((line) => line.replace(' 443 6 0', ' 50001 6 2'));
  expect(isShown(odd)).toBe(true);
  expect(isShown(odd.map((line) => line.replace(/2$/, '0')))).toBe(false);
});

describe('no gateway is shown by', () => {
  test.each([
    ['one leg alone', [CLIENT, CLIENT_DOWN]],
    ['the other alone', [OWN, OWN_DOWN]],
    ['legs of two interfaces', [CLIENT, OWN.replace('eni-1', 'eni-2')]],
    ['legs of different far sides', [CLIENT, OWN.replaceAll('203.0.113.5', '203.0.113.6')]],
    ['legs of different ports', [CLIENT, OWN.replace(' 443 ', ' 80 ')]],
    ['legs of different own addresses', [CLIENT, OWN.replaceAll('10.0.0.220', '10.0.0.221')]],
    ['a client that is not private', [OWN, CLIENT.replaceAll('10.0.1.5', '198.51.100.7')]],
    ['lines without an interface', [CLIENT, OWN].map((line) => line.replace('eni-1', '-'))],
    [
      'ports that do not tell',
      [CLIENT, OWN].map((line) => line.replace(/\d+ 443 6 0$/, '0 0 1 0')),
    ],
    [
      'pods, which hide the own side',
      [
        'eni-1 10.0.1.5 203.0.113.9 10.0.1.77 203.0.113.9 42000 443 6 0',
        'eni-1 10.0.1.5 203.0.113.9 10.0.1.5 203.0.113.9 43000 443 6 0',
        'eni-1 10.0.2.6 10.0.1.5 10.0.2.6 10.0.1.77 42000 8080 6 0',
        'eni-1 10.0.1.5 10.0.2.6 10.0.1.5 10.0.2.6 43000 443 6 0',
      ],
    ],
    [
      'a firewall, which passes the client on, and talks to the far side itself',
      [CLIENT, 'eni-1 10.0.0.220 203.0.113.5 10.0.1.5 203.0.113.5 40000 443 6 0', OWN],
    ],
    [
      'a load balancer that keeps its client’s address',
      [
        'eni-1 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220 45000 443 6 0',
        'eni-1 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5 45000 8080 6 0',
        'eni-1 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 8080 45000 6 0',
        'eni-1 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 443 45000 6 0',
      ],
    ],
  ])('%s', (_, lines) => {
    expect(isShown(lines)).toBe(false);
  });

  test('lines that lack one of the packet addresses', () => {
    const half = FORMAT.replace(' pkt-dstaddr', '');
    const lines = [OWN_DOWN, CLIENT_DOWN].map((line) => line.split(' ').toSpliced(4, 1).join(' '));
    expect(isShown(lines, half)).toBe(false);
  });
});
