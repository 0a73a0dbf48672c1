import { expect, test } from '@jest/globals';
import { readFlow } from '../../tests/support/read-flow.ts';
import {
  Address,
  FlowRecord,
  NO_TIME,
  OK,
  sameAddress,
  trueDestination,
  trueSource,
  UNKNOWN_DIRECTION,
  UNKNOWN_STATUS,
} from './record.ts';

function isSame(one: string, other: string): boolean {
  const { source, destination } = readFlow('srcaddr dstaddr', `${one} ${other}`);
  expect(sameAddress(destination, source)).toBe(sameAddress(source, destination));
  return sameAddress(source, destination);
}

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8::1:2:3:4:5'],
  ['::', '0:0:0:0:0:0:0:0'],
])('%s and %s are the same address', (one, other) => {
  expect(isSame(one, other)).toBe(true);
});

test.each([
  ['10.0.0.1', '10.0.0.2'],
  ['10.0.0.1', '11.0.0.1'],
  ['10.0.0.1', 'a00:1::'],
  ['0.0.0.0', '::'],
  ['2001:db8:3:4:5:6:7:8', '2001:db9:3:4:5:6:7:8'],
  ['2001:db8:3:4:5:6:7:8', '2001:db8:3:5:5:6:7:8'],
  ['2001:db8:3:4:5:6:7:8', '2001:db8:3:4:4:6:7:8'],
  ['2001:db8:3:4:5:6:7:8', '2001:db8:3:4:5:6:7:9'],
])('%s and %s are two', (one, other) => {
  expect(isSame(one, other)).toBe(false);
});

test('two absent addresses are equal, and differ from a present one', () => {
  const { source } = readFlow('srcaddr dstaddr', '0.0.0.0 10.0.0.1');
  expect(sameAddress(new Address(), new Address())).toBe(true);
  expect(sameAddress(new Address(), source)).toBe(false);
});

test('an IPv4 address has no part of an IPv6 address that was read before it', () => {
  const { source, destination } = readFlow('srcaddr dstaddr', '10.0.0.1 10.0.0.1');
  Object.assign(source, { w1: 1, w2: 2, w3: 3 });
  expect(sameAddress(source, destination)).toBe(true);
});

test('the packet has its own addresses if the line has them, else those of the interface', () => {
  const format = 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr';
  const told = readFlow(format, '10.0.0.1 10.0.0.2 2001:db8::3 10.0.0.4');
  expect(trueSource(told)).toBe(told.packetSource);
  expect(trueDestination(told)).toBe(told.packetDestination);
  const untold = readFlow(format, '10.0.0.1 10.0.0.2 - -');
  expect(trueSource(untold)).toBe(untold.source);
  expect(trueDestination(untold)).toBe(untold.destination);
});

test('a new record is empty', () => {
  const absent = { family: 0, w0: 0, w1: 0, w2: 0, w3: 0 };
  expect(structuredClone(new FlowRecord())).toEqual({
    source: absent,
    destination: absent,
    packetSource: absent,
    packetDestination: absent,
    sourcePort: 0,
    destinationPort: 0,
    protocol: 0,
    tcpFlags: 0,
    packetsHigh: 0,
    packetsLow: 0,
    bytesHigh: 0,
    bytesLow: 0,
    start: NO_TIME,
    end: NO_TIME,
    direction: UNKNOWN_DIRECTION,
    forwardingStatus: UNKNOWN_STATUS,
    interfaceIndex: 0,
    regional: false,
    logStatus: OK,
  });
});
