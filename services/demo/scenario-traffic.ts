import { randomSource } from '../../shared/flowlog/synth.ts';
import { drawExchanges, type Exchange } from './exchanges.ts';
import { exchangeLines, statusLine } from './flow-log-lines.ts';
import { CALM, type ScenarioGateway } from './scenarios.ts';
import type { Minute, StoryGateway, Traffic } from './traffic.ts';

const MIB = 2 ** 20;
const MINUTE_S = 60;
/** What of a level is not a spike. */
const CALM_MIB = 100;
/** One window in so many has a line of its own that something was skipped. */
const SKIP_EVERY = 9;

/** Synthetic traffic: the same seed, the same exchanges; `connections` a minute while there is a spike. */
export function scenarioTraffic(
  gateways: readonly ScenarioGateway[],
  { start, seed, connections }: { start: number; seed: number; connections: number },
): Traffic {
  return {
    start,
    gateways,
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
  return {
    metered: {
      BytesInFromSource: exchanges.reduce((sum, { up }) => sum + up.bytes, 0),
      BytesInFromDestination: exchanges.reduce((sum, { down }) => sum + down.bytes, 0),
    },
    lines(flowLog, from, until) {
      const captured = exchanges.filter(
        ({ start }) => start * 1000 >= from && start * 1000 < until,
      );
      const window = [at, at + MINUTE_S] as const;
      if (captured.length === 0) return [statusLine(flowLog, gateway, 'NODATA', window)];
      const lines = captured.flatMap((exchange) => exchangeLines(flowLog, gateway, exchange));
      return skips ? [...lines, statusLine(flowLog, gateway, 'SKIPDATA', window)] : lines;
    },
  };
}
