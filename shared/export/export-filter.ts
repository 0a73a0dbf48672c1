import { isWanted, type Legs } from '../flow/legs.ts';
import { type Address, type FlowRecord, trueDestination, trueSource } from '../flow/record.ts';
import type { Endpoint } from './transport.ts';

const UDP = 17;

/** Chooses the flows that are exported, and counts the others. */
export class ExportFilter {
  /** Flows of the leg that is not exported. */
  otherLeg = 0;
  /** Flows between exporters and their collectors. Exporting them would add to the spike that is recorded. */
  ownTraffic = 0;
  /** The latest end of an exported flow, in Unix seconds; 0 when none has an end. */
  newestEnd = 0;
  readonly #legs: Legs;
  readonly #collectors: readonly { readonly port: number; readonly words: readonly number[] }[];

  constructor(legs: Legs, collectors: readonly Endpoint[] = []) {
    this.#legs = legs;
    this.#collectors = collectors.map(({ address, port }) => ({ port, words: wordsOf(address) }));
  }

  wants(flow: FlowRecord): boolean {
    if (!isWanted(flow, this.#legs)) {
      this.otherLeg++;
      return false;
    }
    if (flow.protocol === UDP && this.#isOwn(flow)) {
      this.ownTraffic++;
      return false;
    }
    if (flow.end > this.newestEnd) this.newestEnd = flow.end;
    return true;
  }

  #isOwn(flow: FlowRecord): boolean {
    return this.#collectors.some(
      ({ port, words }) =>
        (flow.destinationPort === port && isAddress(trueDestination(flow), words)) ||
        (flow.sourcePort === port && isAddress(trueSource(flow), words)),
    );
  }
}

function wordsOf(octets: Uint8Array): number[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return Array.from({ length: octets.length / 4 }, (_, index) => view.getInt32(index * 4));
}

function isAddress({ family, w0, w1, w2, w3 }: Address, words: readonly number[]): boolean {
  if (family === 4) return words.length === 1 && w0 === words[0];
  return (
    family === 6 && words.length === 4 && [w0, w1, w2, w3].every((word, i) => word === words[i])
  );
}
