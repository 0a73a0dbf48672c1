import { parseFormat } from '../../shared/flowlog/format.ts';
import {
  type Exchange,
  exchangeWriter,
  type LoggedGateway,
  statusLine,
} from '../../shared/flowlog/nat-exchange.ts';
import { randomSource } from '../../shared/flowlog/synth.ts';
import { drawExchanges } from './exchanges.ts';
import { nameFiles } from './name-files.ts';
import { CALM, type ScenarioGateway } from './scenarios.ts';
import type { FlowLogSettings, Minute, StoryGateway, Traffic } from './traffic.ts';

const MIB = 2 ** 20;
const MINUTE_S = 60;
/** The part of a minute's traffic that does not belong to a spike, at most. */
const CALM_MIB = 100;
/** Every ninth window has a SKIPDATA line. */
const SKIP_EVERY = 9;

/** Synthetic traffic: the same seed gives the same exchanges; `connections` a minute during a spike. */
export function scenarioTraffic(
  gateways: readonly ScenarioGateway[],
  { start, seed, connections }: { start: number; seed: number; connections: number },
): Traffic {
  const talks = [...CALM, ...gateways.flatMap(({ spike }) => spike)];
  return {
    start,
    gateways,
    nameFiles: (at) => nameFiles(talks, gateways[0]?.vpcId ?? '-', at),
    minutes: Math.max(...gateways.map(({ levels }) => levels.length)),
    minute(gatewayId, index) {
      const place = gateways.findIndex(({ id }) => id === gatewayId);
      const gateway = gateways[place];
      if (gateway === undefined) throw new RangeError(`no gateway ${gatewayId}`);
      const random = randomSource((seed * 100 + place) * 10_000 + index);
      const mebibytes = gateway.levels[index] ?? gateway.levels.at(-1) ?? 0;
      const at = start / 1000 + index * MINUTE_S;
      const draw = (talks: typeof CALM, mib: number, count: number) =>
        mib <= 0 ? [] : drawExchanges(random, talks, { bytes: mib * MIB, count, start: at });
      const exchanges = [
        ...draw(CALM, Math.min(mebibytes, CALM_MIB), Math.ceil(connections / 10)),
        ...draw(gateway.spike, mebibytes - CALM_MIB, connections),
      ];
      return minuteOf(gateway, exchanges, { at, skips: index % SKIP_EVERY === 5 });
    },
  };
}

function minuteOf(
  gateway: StoryGateway,
  exchanges: readonly Exchange[],
  { at, skips }: { at: number; skips: boolean },
): Minute {
  const begunIn = (from: number, until: number) =>
    exchanges.filter(({ start }) => start * 1000 >= from && start * 1000 < until);
  return {
    metered: {
      BytesInFromSource: exchanges.reduce((sum, { up }) => sum + up.bytes, 0),
      BytesInFromDestination: exchanges.reduce((sum, { down }) => sum + down.bytes, 0),
    },
    bytes: (from, until) =>
      begunIn(from, until).reduce((sum, { up, down }) => sum + up.bytes + down.bytes, 0),
    lines(flowLog, from, until) {
      const format = parseFormat(flowLog.format);
      const logged = loggedBy(flowLog, gateway);
      const captured = begunIn(from, until);
      const status = (name: 'NODATA' | 'SKIPDATA') =>
        statusLine(format, logged.values, name, [at, at + MINUTE_S]);
      if (captured.length === 0) return [status('NODATA')];
      const lines = captured.flatMap(exchangeWriter(format, logged));
      return skips ? [...lines, status('SKIPDATA')] : lines;
    },
  };
}

/** A flow log of a regional gateway names the gateway, any other its interface. */
function loggedBy(
  { resourceId, resourceType }: FlowLogSettings,
  { address, vpcId, subnetId }: StoryGateway,
): LoggedGateway {
  const isRegional = resourceType === 'RegionalNatGateway';
  return {
    address,
    isRegional,
    values: {
      version: 9,
      'account-id': '123456789012',
      'vpc-id': vpcId,
      'az-id': 'use1-az1',
      ...(isRegional
        ? { 'resource-id': resourceId }
        : { 'interface-id': resourceId, 'subnet-id': subnetId }),
    },
  };
}
