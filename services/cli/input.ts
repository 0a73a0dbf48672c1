import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { errorAbout } from '../../shared/error-about.ts';
import { isKnownField } from '../../shared/flowlog/fields.ts';
import { type Format, parseFormat } from '../../shared/flowlog/format.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import type { FlowSource, SourceReader } from '../../shared/flowlog/source.ts';
import { say } from '../../shared/terminal.ts';
import { UsageError } from './errors.ts';

/** Large enough that reading costs little beside parsing. */
const READ_BYTES = 128 * 1024;

/** An input file as it is read: how many of its bytes, compressed as they may be, are behind us. */
export interface Input {
  readonly name: string;
  /** 0 when it cannot be known: standard input. */
  readonly size: number;
  bytesRead: number;
  /** The bytes, until an abort makes them fail. */
  readonly open: (signal?: AbortSignal) => AsyncIterable<Uint8Array>;
}

/**
 * Looks at all inputs before the first is read; `-` is standard input.
 * @throws UsageError for what cannot be read.
 */
export async function openInputs(files: readonly string[]): Promise<Input[]> {
  return Promise.all(files.map(openInput));
}

async function openInput(file: string): Promise<Input> {
  if (file === '-') {
    return { name: 'standard input', size: 0, bytesRead: 0, open: openStandardInput };
  }
  const open = (signal?: AbortSignal) =>
    createReadStream(file, { highWaterMark: READ_BYTES, ...(signal && { signal }) });
  return { name: file, size: await readableSize(file), bytesRead: 0, open };
}

function openStandardInput(signal?: AbortSignal): AsyncIterable<Uint8Array> {
  return signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin);
}

/** Looks from the outside: a byte that is read from a pipe is gone. */
async function readableSize(file: string): Promise<number> {
  const refuse = (cause: NodeJS.ErrnoException): never => {
    const reason = REASONS[cause.code ?? ''] ?? cause.message;
    throw new UsageError(`cannot read ${file}: ${reason}`, { cause });
  };
  const info = await stat(file).catch(refuse);
  if (info.isDirectory()) throw new UsageError(`cannot read ${file}: it is a folder`);
  await access(file, constants.R_OK).catch(refuse);
  return info.size;
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
};

/**
 * The flow logs of the input. Reading throws an error naming the input when that breaks off, and the
 * error of the abort.
 */
export function readInput(input: Input, signal?: AbortSignal): FlowSource {
  return { read: (reader) => readNamed(input, reader, signal) };
}

async function* readNamed(
  input: Input,
  reader: SourceReader,
  signal?: AbortSignal,
): AsyncGenerator<number> {
  try {
    yield* readFlowLog(counted(input, signal)).read(reader);
  } catch (error) {
    throw signal?.aborted ? error : errorAbout(input.name, error);
  }
}

async function* counted(input: Input, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of input.open(signal)) {
    input.bytesRead += piece.length;
    yield piece;
  }
}

/** The format of `--format`. @throws UsageError naming the field that is wrong. */
export function formatOption(text: string): Format {
  try {
    const format = parseFormat(text);
    tellUnknown(format.filter((name) => !isKnownField(name)));
    return format;
  } catch (error) {
    throw new UsageError(`--format: ${(error as Error).message}`, { cause: error });
  }
}

/** A field newer than this program is no error, but a field that is misspelt looks the same. */
function tellUnknown(names: readonly string[]): void {
  for (const name of names) {
    say(`--format: AWS documents no "${name}", it is read as text`);
  }
}
