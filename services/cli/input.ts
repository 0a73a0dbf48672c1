import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { decompress } from '../../shared/flowlog/decompress.ts';
import { type Format, parseFormat } from '../../shared/flowlog/format.ts';
import { RunError, UsageError } from './errors.ts';

/** Large enough that reading costs little beside parsing. */
const READ_BYTES = 128 * 1024;

/** An input file as it is read: how many of its bytes, compressed as they may be, are behind us. */
export interface Input {
  readonly name: string;
  /** 0 when it cannot be known: standard input. */
  readonly size: number;
  bytesRead: number;
}

/**
 * Looks at all inputs before the first is read; `-` is standard input.
 * @throws UsageError for what cannot be read.
 */
export async function openInputs(files: readonly string[]): Promise<Input[]> {
  return Promise.all(files.map(openInput));
}

async function openInput(file: string): Promise<Input> {
  if (file === '-') return { name: 'standard input', size: 0, bytesRead: 0 };
  try {
    const { size } = await stat(file);
    const first = createReadStream(file, { start: 0, end: 0 });
    for await (const _ of first);
    return { name: file, size, bytesRead: 0 };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read ${file}: ${REASONS[code ?? ''] ?? message}`, {
      cause: error,
    });
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

/** The input's text in pieces. @throws RunError naming the input when it breaks off. */
export async function* readInput(input: Input): AsyncGenerator<Uint8Array> {
  try {
    yield* decompress(counted(input));
  } catch (error) {
    throw new RunError(`${input.name}: ${(error as Error).message}`, { cause: error });
  }
}

async function* counted(input: Input): AsyncGenerator<Uint8Array> {
  const stream =
    input.name === 'standard input'
      ? process.stdin
      : createReadStream(input.name, { highWaterMark: READ_BYTES });
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    input.bytesRead += piece.length;
    yield piece;
  }
}

/** The format of `--format`. @throws UsageError naming the field that is wrong. */
export function formatOption(text: string): Format {
  try {
    return parseFormat(text);
  } catch (error) {
    throw new UsageError(`--format: ${(error as Error).message}`, { cause: error });
  }
}
