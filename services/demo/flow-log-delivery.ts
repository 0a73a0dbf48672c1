import type { FakeFlowLog } from '../local-aws/fake-ec2.ts';
import type { Traffic } from './traffic.ts';

/** A flow log that is there, or was; times in Unix milliseconds. */
export interface Capture {
  readonly flowLog: FakeFlowLog;
  readonly gatewayId: string;
  readonly from: number;
  until: number;
}

/** What changed among the flow logs since they were last looked at. */
export interface FlowLogChanges {
  readonly created: readonly Capture[];
  readonly deleted: readonly Capture[];
}

const MINUTE = 60_000;

/** Follows which flow logs there are, and writes what each captured of a minute of traffic. */
export class FlowLogDelivery {
  readonly #captures = new Map<string, Capture>();

  /** Takes note of the flow logs there are now. */
  look(flowLogs: ReadonlyMap<string, FakeFlowLog>, now: number): FlowLogChanges {
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

  /** The lines of the aggregation windows in the minute that begins then, of all flow logs. */
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
