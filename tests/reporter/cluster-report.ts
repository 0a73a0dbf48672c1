import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { exchangeWriter } from '../../shared/flowlog/nat-exchange.ts';
import { mergeNames } from '../../shared/names/claim.ts';
import { readNames } from '../../shared/names/read-names.ts';
import { Tenures } from '../../shared/names/tenures.ts';
import type { AggregateOptions } from '../../shared/report/measure/aggregate.ts';
import type { ReportContext } from '../../shared/report/model/build.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { readDescription } from '../../shared/report/model/vpc-description.ts';
import type { Random } from '../fuzz/random.ts';
import type { ClusterWorld } from './cluster-world.ts';
import { reportOn } from './story.ts';

const ALL = 10_000;
const GATEWAY = {
  address: '10.40.0.250',
  values: {
    version: 5,
    'account-id': '123456789012',
    'interface-id': 'eni-0a1',
    'vpc-id': 'vpc-0c1',
  },
};

/** The lines of what was sent, and its bytes by address and by who it was. */
export function recorded(world: ClusterWorld, random: Random) {
  const write = exchangeWriter(RECORDING_FORMAT, GATEWAY);
  const lines = [RECORDING_FORMAT.join(' ')];
  const expected = new Map<string, number>();
  for (const [index, { address, who = '-', from, until }] of world.sent.entries()) {
    for (let start = from; start <= until; start += 60) {
      const [up, down] = [10, random.below(who === '-' ? 500 : 100_000)];
      const ports = { clientPort: 20_000 + index, gatewayPort: 20_000 + index, peerPort: 443 };
      lines.push(
        ...write({
          ...{ client: address, peer: '198.51.100.9', service: '-', tcpFlags: 0 },
          ...{ start, end: Math.min(start + 59, until), ...ports },
          ...{ up: { bytes: up, packets: 1 }, down: { bytes: down, packets: 1 } },
        }),
      );
      const key = `${address} ${who}`;
      expected.set(key, (expected.get(key) ?? 0) + up + down);
    }
  }
  return { text: `${lines.join('\n')}\n`, expected };
}

/** The report of the lines with the pods and EC2's description of the world; by default of all rows. */
export function clusterReport(
  world: ClusterWorld,
  text: string,
  context: Partial<ReportContext> = { top: ALL },
  options: AggregateOptions = {},
): Report {
  const { claims, pods } = mergeNames(world.podLists.map((list) => readNames(list, 'pods')));
  const network = readDescription(world.description, 'vpc');
  return reportOn(
    text,
    { network, pods, ...context },
    { tenures: new Tenures(claims), ...options },
  );
}
