import { expect, test } from '@jest/globals';
import { interfaceIndex } from '../flow/interface-index.ts';
import type { Legs } from '../flow/legs.ts';
import { parseFormat } from '../flowlog/format.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { GatewayLines } from './gateway-lines.ts';

const FORMAT =
  'interface-id resource-id instance-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol bytes';
const client = (id: string, bytes: number, instance = '-') =>
  `${id} - ${instance} 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 40000 443 6 ${bytes}`;
const own = (id: string, bytes: number, instance = '-') =>
  `${id} - ${instance} 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 50000 443 6 ${bytes}`;
const regional = (bytes: number) =>
  `- nat-1 - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5 40000 443 6 ${bytes}`;
const plain = (id: string, bytes: number) =>
  `${id} - - 10.0.1.5 10.0.0.220 - - 40000 443 6 ${bytes}`;

/** The bytes of the flows that are passed on, in their order, and what is left out. */
function sifted(lines: readonly string[], legs: Legs = 'private', name?: string) {
  const gateways = new GatewayLines(legs, name);
  const passed: string[] = [];
  const parser = new FlowLogParser({
    format: parseFormat(FORMAT),
    onFlow: (flow, current) =>
      gateways.sift(flow, current, ({ bytesLow, interfaceIndex: index }, { interfaceName }) => {
        expect(index).toBe(interfaceIndex(interfaceName));
        passed.push(`${interfaceName} ${bytesLow}`);
      }),
  });
  parser.write(Buffer.from(lines.join('\n')));
  parser.end();
  return { passed, leftOut: gateways.leftOut, hasGateway: gateways.hasGateway };
}

test('flows wait for the line that proves their interface, and pass on in their order', () => {
  const lines = [client('eni-1', 1), client('eni-2', 2), client('eni-1', 3), own('eni-1', 4)];
  expect(sifted([...lines, client('eni-1', 5)])).toEqual({
    passed: ['eni-1 1', 'eni-1 3', 'eni-1 4', 'eni-1 5'],
    leftOut: 1,
    hasGateway: true,
  });
});

test('a regional gateway needs no proof, and a NAT instance has none', () => {
  const instance = [client('eni-1', 1, 'i-1'), own('eni-1', 2, 'i-1'), own('eni-1', 3, 'i-1')];
  expect(sifted([...instance, regional(4)])).toMatchObject({ passed: ['nat-1 4'], leftOut: 3 });
});

test('a gateway that is named passes alone, as far as its lines tell their leg', () => {
  const lines = [client('eni-1', 1), client('eni-2', 2), plain('eni-1', 3), regional(4)];
  expect(sifted(lines, 'public', 'eni-1')).toMatchObject({ passed: ['eni-1 1'], leftOut: 3 });
  expect(sifted(lines, 'all', 'eni-1')).toMatchObject({
    passed: ['eni-1 1', 'eni-1 3'],
    leftOut: 2,
  });
  expect(sifted(lines, 'private', 'nat-1')).toMatchObject({ passed: ['nat-1 4'], leftOut: 3 });
});

test('of all legs everything passes at once, and a gateway is noticed', () => {
  const lines = [client('eni-1', 1), plain('eni-2', 2)];
  expect(sifted(lines, 'all')).toEqual({
    passed: ['eni-1 1', 'eni-2 2'],
    leftOut: 0,
    hasGateway: false,
  });
  expect(sifted([...lines, own('eni-1', 3)], 'all')).toMatchObject({ hasGateway: true });
});

test('what waits is bounded: the oldest flows are left out', () => {
  const many = Array.from({ length: 10_001 }, (_, index) => client('eni-1', index));
  const { passed, leftOut } = sifted([...many, own('eni-1', 7)]);
  expect([passed[0], passed.length, leftOut]).toEqual(['eni-1 5000', 5002, 5000]);
});
