import { lookAhead } from './look-ahead.ts';

/** Every form but text is recognised by its first four bytes. */
const MAGIC_BYTES = 4;
/** https://parquet.apache.org/docs/file-format/ */
const PARQUET = 'PAR1';

/**
 * The one place where the form of an uncompressed input is chosen, by its first bytes: gives what the
 * form's reader makes of the whole input.
 * @throws Error saying what the input is, if it is in a form that is not read.
 */
export function byForm<T>(
  input: AsyncIterable<Uint8Array>,
  readText: (text: AsyncIterable<Uint8Array>) => AsyncIterable<T>,
): AsyncGenerator<T> {
  return lookAhead(
    input,
    ({ length }) => length >= MAGIC_BYTES,
    (beginning, whole) => {
      if (startsWith(beginning, PARQUET)) {
        throw new Error('a Parquet file; natflow reads flow logs as text');
      }
      return readText(whole);
    },
  );
}

/** Whether these are the first bytes, one for each character. */
export function startsWith(bytes: Uint8Array, magic: string): boolean {
  return Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') === magic;
}
