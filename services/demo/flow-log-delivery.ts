import type { FakeFlowLog } from '../local-aws/fake-ec2.ts';
import type { Traffic } from './traffic.ts';

/** A flow log and the time in which it captured; times in Unix milliseconds. */
export interface Capture {
  readonly flowLog: FakeFlowLog;
  readonly gatewayId: string;
  readonly from: number;
  until: number;
}

/** The flow logs that were created or deleted between two updates. */
export interface FlowLogChanges {
  readonly created: readonly Capture[];
  readonly deleted: readonly Capture[];
}

const MINUTE = 60_000;

/** Remembers when each flow log existed, and writes the lines that it captured of a minute of traffic. */
export class FlowLogDelivery {
  readonly #captures = new Map<string, Capture>();

  /** Compares with the flow logs that exist at this time. */
  update(flowLogs: ReadonlyMap<string, FakeFlowLog>, now: number): FlowLogChanges {
    const created: Capture[] = [];
    for (const [id, flowLog] of flowLogs) {
      if (this.#captures.has(id)) continue;
      const gatewayId = flowLog.tags['natflow:gateway'] ?? '';
      const capture = { flowLog, gatewayId, from: now, until: Number.POSITIVE_INFINITY };
      this.#captures.set(id, capture);
      created.push(capture);
    }
    const deleted = [...this.#captures.values()].filter(
      ({ flowLog, until }) => !flowLogs.has(flowLog.id) && until > now,
    );
    for (const capture of deleted) capture.until = now;
    return { created, deleted };
  }

  /** The lines of all flow logs for the minute that begins at `start`. */
  linesOf(traffic: Traffic, start: number): string[] {
    const index = Math.round((start - traffic.start) / MINUTE);
    return this.#during(start).flatMap(({ flowLog, gatewayId, from, until }) =>
      traffic.minute(gatewayId, index).lines(flowLog, from, until),
    );
  }

  #during(start: number): Capture[] {
    return [...this.#captures.values()].filter(
      ({ from, until }) => from < start + MINUTE && until > start,
    );
  }
}
