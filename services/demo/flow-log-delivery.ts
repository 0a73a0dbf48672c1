import type { FakeFlowLog } from '../local-aws/fake-ec2.ts';
import type { Traffic } from './traffic.ts';

/** A flow log, and when it was deleted: it captures from its beginning until then. Unix milliseconds. */
export interface Capture {
  readonly flowLog: FakeFlowLog;
  readonly gatewayId: string;
  until: number;
}

/** The lines of one flow log. */
interface CapturedLines {
  readonly flowLogId: string;
  readonly lines: readonly string[];
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

  /** All flow logs that there ever were. */
  get captures(): readonly Capture[] {
    return [...this.#captures.values()];
  }

  /** Compares with the flow logs that exist at this time. */
  update(flowLogs: ReadonlyMap<string, FakeFlowLog>, now: number): FlowLogChanges {
    const created: Capture[] = [];
    for (const [id, flowLog] of flowLogs) {
      if (this.#captures.has(id)) continue;
      const gatewayId = flowLog.tags['natflow:gateway'] ?? '';
      const capture = { flowLog, gatewayId, until: Number.POSITIVE_INFINITY };
      this.#captures.set(id, capture);
      created.push(capture);
    }
    const deleted = [...this.#captures.values()].filter(
      ({ flowLog, until }) => !flowLogs.has(flowLog.id) && until > now,
    );
    for (const capture of deleted) capture.until = now;
    return { created, deleted };
  }

  /** The lines of each flow log for the minute that begins at `start`. */
  linesOf(traffic: Traffic, start: number): CapturedLines[] {
    const index = Math.round((start - traffic.start) / MINUTE);
    return this.#during(start).map(({ flowLog, gatewayId, until }) => ({
      flowLogId: flowLog.id,
      lines: traffic.minute(gatewayId, index).lines(flowLog, flowLog.beginsAt, until),
    }));
  }

  #during(start: number): Capture[] {
    return [...this.#captures.values()].filter(
      ({ flowLog: { beginsAt }, until }) =>
        beginsAt < Math.min(until, start + MINUTE) && until > start,
    );
  }
}
