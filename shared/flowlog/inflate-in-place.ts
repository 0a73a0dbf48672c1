import { constants, createInflateRaw, deflateRawSync } from 'node:zlib';
import { damagedGzip } from './gzip-member.ts';
import type { UnreadBytes } from './unread-bytes.ts';

/** The undocumented part of a zlib stream that `inflateRawSync` is made of. */
interface ZlibStream {
  readonly errored: Error | null;
  /** After a write: the bytes that are left of the output, and of the input. */
  readonly _writeState: Uint32Array;
  readonly _handle: {
    writeSync(
      ...args: [
        ...[flush: number, input: Uint8Array, from: number, bytes: number],
        ...[output: Uint8Array, to: number, room: number],
      ]
    ): void;
  };
}

/** Other releases of Node.js may have another interface, and end the process when it is used wrongly. */
const TESTED_MAJORS = [22, 24];
const NOTHING = new Uint8Array();

let isTested: boolean | undefined;

/** Whether this Node.js can inflate in place. Tried out once. */
export function canInflateInPlace(): boolean {
  isTested ??= tryOut();
  return isTested;
}

function tryOut(): boolean {
  if (!TESTED_MAJORS.includes(Number.parseInt(process.versions.node, 10))) return false;
  try {
    const inflater = new InPlaceInflater(new Uint8Array(8));
    const input = Buffer.concat([deflateRawSync('natflow natflow'), Buffer.from('rest')]);
    const output = [...inflater.inflate(input)].map((data) => Buffer.from(data).toString('latin1'));
    inflater.close();
    return inflater.hasEnded && inflater.left.length === 4 && output.join('') === 'natflow natflow';
  } catch {
    return false;
  }
}

/**
 * Gives the data of one deflated stream. All of it passes through `output`, which saves a job for a thread and an
 * allocation for each piece: half of the time that zlib takes beside inflating. What follows the stream stays unread.
 * @throws Error saying how the gzip is damaged.
 */
export async function* inflateInPlace(
  unread: UnreadBytes,
  nextSize: () => number,
  output: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const inflater = new InPlaceInflater(output);
  try {
    while (!inflater.hasEnded) {
      yield* inflater.inflate(await unread.take(nextSize()));
      unread.putBack(inflater.left);
    }
  } finally {
    inflater.close();
  }
}

class InPlaceInflater {
  hasEnded = false;
  /** What follows the deflated stream in the last piece. */
  left: Uint8Array = NOTHING;
  readonly #output: Uint8Array;
  readonly #stream = createInflateRaw({ chunkSize: constants.Z_MIN_CHUNK });

  constructor(output: Uint8Array) {
    this.#output = output;
    this.#stream.on('error', () => {
      // It is thrown where it occurs.
    });
  }

  /** Gives the data of a piece; without one, the input is over. */
  *inflate(piece?: Uint8Array): Generator<Uint8Array> {
    const input = piece ?? NOTHING;
    const flush = piece === undefined ? constants.Z_FINISH : constants.Z_NO_FLUSH;
    const output = this.#output;
    const { _handle: handle, _writeState: state } = this.#stream as unknown as ZlibStream;
    for (let at = 0, room = 0; room === 0; ) {
      handle.writeSync(flush, input, at, input.length - at, output, 0, output.length);
      // The handle is closed then: another write would end the process.
      const { errored } = this.#stream;
      if (errored) throw damagedGzip(errored.message, errored);
      const [roomLeft = 0, inputLeft = 0] = state;
      room = roomLeft;
      at = input.length - inputLeft;
      // With room for more data, input is left only after the end of the stream.
      this.hasEnded = piece === undefined || (room > 0 && inputLeft > 0);
      this.left = input.subarray(at);
      if (room < output.length) yield output.subarray(0, output.length - room);
    }
  }

  close(): void {
    this.#stream.destroy();
  }
}
