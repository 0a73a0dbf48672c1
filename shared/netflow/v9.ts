import type { Times } from './encoder.ts';
import { layoutOf } from './layout.ts';
import type { Packet } from './packet.ts';
import type { Dialect } from './template-encoder.ts';
import { templatesWith, UPTIME_TIMES } from './templates.ts';
import { exportedStart, Uptime } from './uptime.ts';

/** RFC 3954 section 5.1. */
const { at: HEADER, octets: HEADER_OCTETS } = layoutOf({
  version: 2,
  count: 2,
  sysUpTime: 4,
  unixSecs: 4,
  sequenceNumber: 4,
  sourceId: 4,
});

/** NetFlow v9, RFC 3954. */
export class V9 implements Dialect {
  readonly headerBytes = HEADER_OCTETS;
  readonly templateSetId = 0;
  readonly alignment = 4;
  readonly templates = templatesWith(UPTIME_TIMES);
  readonly #uptime = new Uptime();

  accepts({ start, end }: Times, isEmpty: boolean): boolean {
    const from = exportedStart(start, end);
    if (!this.#uptime.covers(from, end)) {
      if (!isEmpty) return false;
      this.#uptime.moveTo(from);
    }
    this.#uptime.note(end);
    return true;
  }

  writeTimes(view: DataView, at: number, { start, end }: Times): void {
    const from = exportedStart(start, end);
    view.setUint32(at + UPTIME_TIMES.at.flowStartSysUpTime, this.#uptime.milliseconds(from));
    view.setUint32(at + UPTIME_TIMES.at.flowEndSysUpTime, this.#uptime.milliseconds(end));
  }

  /** The count is of records, both template and data, not of FlowSets. */
  writeHeader(packet: Packet, now: number): void {
    const seconds = this.#uptime.headerSeconds(now);
    packet.units = 1;
    packet.view.setUint16(HEADER.version, 9);
    packet.view.setUint16(HEADER.count, packet.templates + packet.options + packet.records);
    packet.view.setUint32(HEADER.sysUpTime, this.#uptime.milliseconds(seconds));
    packet.view.setUint32(HEADER.unixSecs, seconds);
  }

  /** The sequence number counts packets. */
  stamp(packet: Packet, domain: number, sequence: number): void {
    packet.view.setUint32(HEADER.sequenceNumber, sequence);
    packet.view.setUint32(HEADER.sourceId, domain);
  }
}
