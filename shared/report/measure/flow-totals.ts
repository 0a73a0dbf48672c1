import { DROPPED, type FlowRecord, NO_TIME } from '../../flow/record.ts';
import { Sum } from '../../flow/sum.ts';

/** Exact sums of flows, bytes and packets. */
export class Total {
  flows = 0;
  readonly bytes = new Sum();
  readonly packets = new Sum();

  add({ bytesHigh, bytesLow, packetsHigh, packetsLow }: FlowRecord): void {
    this.flows++;
    this.bytes.add(bytesHigh, bytesLow);
    this.packets.add(packetsHigh, packetsLow);
  }

  /** Adds the flow unless it was refused. */
  addForwarded(flow: FlowRecord): void {
    if (flow.forwardingStatus !== DROPPED) this.add(flow);
  }

  /** Adds another sum. */
  take({ flows, bytes, packets }: Total): void {
    this.flows += flows;
    this.bytes.take(bytes);
    this.packets.take(packets);
  }
}

/** Exact sums of the flows that count, by direction and by whether they were forwarded. */
export class FlowTotals {
  readonly upload = new Total();
  readonly download = new Total();
  readonly rejected = new Total();
  /** Unix seconds of the first and the last packet; NO_TIME when no line has a time. */
  start = NO_TIME;
  end = NO_TIME;

  get flows(): number {
    return this.upload.flows + this.download.flows + this.rejected.flows;
  }

  add(flow: FlowRecord, isUpload: boolean): void {
    if (flow.forwardingStatus === DROPPED) this.rejected.add(flow);
    else (isUpload ? this.upload : this.download).add(flow);
    this.#noteTime(flow.start, flow.end);
  }

  /** Adds the sums of others. */
  take({ upload, download, rejected, start, end }: FlowTotals): void {
    this.upload.take(upload);
    this.download.take(download);
    this.rejected.take(rejected);
    this.#noteTime(start, end);
  }

  #noteTime(start: number, end: number): void {
    if (start !== NO_TIME && (this.start === NO_TIME || start < this.start)) this.start = start;
    if (end > this.end) this.end = end;
  }
}
