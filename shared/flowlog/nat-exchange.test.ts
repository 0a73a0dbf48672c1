import { expect, test } from '@jest/globals';
import { isPrivateLeg } from '../flow/legs.ts';
import { type Exchange, exchangeWriter, type LoggedGateway, statusLine } from './nat-exchange.ts';
import { FlowLogParser } from './parser.ts';

/** A client that fetches 5,000 bytes from S3; the gateway gives its port 1025 the port 40000. */
const EXCHANGE: Exchange = {
  ...{ start: 60, end: 90, tcpFlags: 3, service: 'S3' },
  ...{ client: '10.0.1.5', clientPort: 1025, peer: '52.216.8.51', peerPort: 443 },
  gatewayPort: 40_000,
  up: { packets: 2, bytes: 100 },
  down: { packets: 4, bytes: 5000 },
};
const ZONAL: LoggedGateway = { address: '10.0.0.220', values: { 'interface-id': 'eni-1' } };
const REGIONAL: LoggedGateway = {
  address: '10.0.0.220',
  isRegional: true,
  values: { 'resource-id': 'nat-1' },
};
const FORMAT =
  'resource-id interface-id srcaddr srcport dstaddr dstport pkt-srcaddr pkt-dstaddr bytes flow-direction pkt-src-aws-service pkt-dst-aws-service traffic-path'.split(
    ' ',
  );

test("an exchange through a zonal gateway has four lines, as in AWS's documentation", () => {
  expect(exchangeWriter(FORMAT, ZONAL)(EXCHANGE)).toEqual([
    '- eni-1 10.0.1.5 1025 10.0.0.220 443 10.0.1.5 52.216.8.51 100 ingress - S3 -',
    '- eni-1 10.0.0.220 40000 52.216.8.51 443 10.0.0.220 52.216.8.51 100 egress - S3 8',
    '- eni-1 52.216.8.51 443 10.0.0.220 40000 52.216.8.51 10.0.0.220 5000 ingress S3 - -',
    '- eni-1 10.0.0.220 443 10.0.1.5 1025 52.216.8.51 10.0.1.5 5000 egress S3 - 1',
  ]);
});

test('the private leg of a regional gateway goes between client and peer', () => {
  const [out, , , back] = exchangeWriter(FORMAT, REGIONAL)(EXCHANGE);
  expect([out, back]).toEqual([
    'nat-1 - 10.0.1.5 1025 52.216.8.51 443 10.0.1.5 52.216.8.51 100 ingress - S3 -',
    'nat-1 - 52.216.8.51 443 10.0.1.5 1025 52.216.8.51 10.0.1.5 5000 egress S3 - 1',
  ]);
});

test('natflow reads the first and the last line as the private leg of the gateway', () => {
  const format = `version protocol start end action log-status ${FORMAT.join(' ')}`.split(' ');
  for (const gateway of [ZONAL, REGIONAL]) {
    const lines = exchangeWriter(format, gateway)(EXCHANGE);
    const legs: boolean[] = [];
    const parser = new FlowLogParser({ format, onFlow: (flow) => legs.push(isPrivateLeg(flow)) });
    parser.write(Buffer.from(`${lines.join('\n')}\n`));
    parser.end();
    expect(legs).toEqual([true, false, false, true]);
  }
});

test('a line without traffic has only the window and the status', () => {
  const format = ['log-status', 'interface-id', 'srcaddr', 'bytes', 'action', 'end', 'start'];
  expect(statusLine(format, ZONAL.values, 'NODATA', [60, 120])).toBe('NODATA eni-1 - - - 120 60');
});
