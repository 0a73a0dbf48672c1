/** One export packet (v5, v9) or message (IPFIX): over UDP the payload of a datagram. */
export class Packet {
  readonly #buffer: Uint8Array;
  readonly view: DataView;
  /** Bytes written so far, the header included. */
  length = 0;
  /** Flow records in it. */
  records = 0;
  /** The sum of its flows' byte counts. A flow in several records counts where the last of them is. */
  flowBytes = 0;
  /** Template records and options template records in it. */
  templates = 0;
  /** Options data records in it. */
  options = 0;
  /** By how much it advances the sequence number: flows in v5, packets in v9, data records in IPFIX. */
  units = 0;

  /** An empty packet of at most this many octets. */
  constructor(octets: number) {
    const buffer = new ArrayBuffer(octets);
    this.#buffer = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  append(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  clear(): void {
    this.length = 0;
    this.records = 0;
    this.flowBytes = 0;
    this.templates = 0;
    this.options = 0;
    this.units = 0;
  }
}
