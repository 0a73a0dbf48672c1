import type { MeteredBytes } from '../local-aws/fake-cloudwatch.ts';
import type { FakeFlowLog } from '../local-aws/fake-ec2.ts';
import type { GatewayAddress } from './flow-log-lines.ts';

/** A NAT gateway of a story. */
export interface StoryGateway extends GatewayAddress {
  readonly name: string;
  readonly mode: 'zonal' | 'regional';
  readonly interfaces: readonly string[];
}

/** One minute at one gateway. */
export interface Minute {
  readonly metered: MeteredBytes;
  /** What a flow log that captured from one time to another (Unix ms) writes of it. */
  lines(flowLog: FakeFlowLog, from: number, until: number): string[];
}

/** What goes through the gateways of a story. */
export interface Traffic {
  /** Unix milliseconds, on the minute. */
  readonly start: number;
  /** How many minutes belong to the story; there is traffic after them too. */
  readonly minutes: number;
  readonly gateways: readonly StoryGateway[];
  minute(gatewayId: string, index: number): Minute;
}
