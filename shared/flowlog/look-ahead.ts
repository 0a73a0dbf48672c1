/** Reads a whole input whose first bytes are known. */
type Read<T> = (beginning: Uint8Array, whole: AsyncIterable<Uint8Array>) => AsyncIterable<T>;

/**
 * Gives what `read` makes of an input. `read` gets the beginning, as soon as that is enough to decide or
 * the input is over, and the whole input. The input is closed at the end. A piece of the input need be
 * valid only until the next one is asked for.
 */
export async function* lookAhead<T>(
  input: AsyncIterable<Uint8Array>,
  isEnough: (beginning: Uint8Array) => boolean,
  read: Read<T>,
): AsyncGenerator<T> {
  const pieces = input[Symbol.asyncIterator]();
  try {
    const beginning = await readBeginning(pieces, isEnough);
    yield* read(beginning, prepend(beginning, pieces));
  } finally {
    await pieces.return?.();
  }
}

async function readBeginning(
  pieces: AsyncIterator<Uint8Array>,
  isEnough: (beginning: Uint8Array) => boolean,
): Promise<Uint8Array> {
  let beginning: Uint8Array = new Uint8Array();
  while (!isEnough(beginning)) {
    const next = await pieces.next();
    if (next.done === true) break;
    // The first piece is mostly enough, and is then not copied.
    if (beginning.length === 0 && isEnough(next.value)) return next.value;
    beginning = Buffer.concat([beginning, next.value]);
  }
  return beginning;
}

async function* prepend(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
