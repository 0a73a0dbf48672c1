import { accessSync, constants, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { addAbortSignal } from 'node:stream';
import { errorAbout } from '../../shared/error-about.ts';
import { type FileParts, hasParts } from '../../shared/flowlog/file-parts.ts';
import { type Format, isKnownField, parseFormat } from '../../shared/flowlog/format.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import type { FlowSource, SourceReader } from '../../shared/flowlog/source.ts';
import { say } from '../../shared/terminal.ts';
import { count, counted as countOf } from '../../shared/text/units.ts';
import { InputError, UsageError } from './errors.ts';
import { bytesBetween, bytesOf } from './file-bytes.ts';

/** Smaller inputs take little longer than another thread takes to start. In gzip, half a million lines. */
const LARGE_BYTES = 8 * 1024 * 1024;
/** More failures than these are counted. */
const MOST_FAILURES = 20;

/** An input file and how much of it has been read. */
export interface Input {
  readonly name: string;
  /** Bytes, compressed if the file is; 0 for standard input, whose size is unknown. */
  readonly size: number;
  /** Bytes read so far, in the same measure. */
  bytesRead: number;
  /** The bytes, perhaps also by parts; reading fails when the signal aborts. */
  readonly open: (signal?: AbortSignal) => Promise<Bytes> | Bytes;
}

type Bytes = AsyncIterable<Uint8Array> | (AsyncIterable<Uint8Array> & FileParts);

/**
 * Opens files as inputs; `-` is standard input. All are checked before the first is read.
 * @throws UsageError for a file that cannot be read.
 */
export function openInputs(files: readonly string[]): Input[] {
  return files.map(openInput);
}

/** An input that fails when it is read, because it could not be opened. */
export function unreadable(name: string, { message }: Error): Input {
  const open = () => Promise.reject(new InputError(message));
  return { name, size: 0, bytesRead: 0, open };
}

function openInput(file: string): Input {
  if (file === '-') {
    return { name: 'standard input', size: 0, bytesRead: 0, open: openStandardInput };
  }
  const size = readableSize(file);
  return { name: file, size, bytesRead: 0, open: (signal) => openFile(file, size, signal) };
}

/** A file's bytes. A pipe, whose size is 0, has no parts. */
function openFile(file: string, size: number, signal?: AbortSignal): Bytes {
  const bytes = bytesOf(file, size, signal);
  if (size === 0) return bytes;
  const readRange = (from: number, to: number) => {
    signal?.throwIfAborted();
    return bytesBetween(file, from, to);
  };
  return { [Symbol.asyncIterator]: () => bytes, size, readRange };
}

function openStandardInput(signal?: AbortSignal): AsyncIterable<Uint8Array> {
  return signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin);
}

/** The size of a readable file. Reads none of it, because bytes read from a pipe cannot be read again. */
function readableSize(file: string): number {
  try {
    const info = statSync(file);
    if (info.isDirectory()) throw new UsageError(`cannot read ${file}: it is a folder`);
    accessSync(file, constants.R_OK);
    return info.size;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new UsageError(`cannot read ${file}: ${REASONS[code] ?? message}`, { cause });
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
};

/** Whether another thread has started long before the inputs are read, and has a processor. */
export function areForThreads(inputs: readonly Input[]): boolean {
  const bytes = inputs.reduce((sum, { size }) => sum + size, 0);
  return bytes >= LARGE_BYTES && availableParallelism() > 1;
}

/**
 * Reads one input after the other until the signal aborts. One that cannot be read to its end keeps none of the
 * others from being read: the errors of all such are returned.
 */
export async function readEach(
  inputs: readonly Input[],
  interrupted: AbortSignal,
  read: (source: FlowSource, input: Input) => Promise<void>,
): Promise<InputError[]> {
  const failures: InputError[] = [];
  for (const input of inputs) {
    if (interrupted.aborted) break;
    try {
      await read(readInput(input, interrupted), input);
    } catch (error) {
      if (error instanceof InputError) failures.push(error);
      else if (!interrupted.aborted) throw error;
    }
  }
  return failures;
}

/** Says which inputs could not be read to their end, and why; at most so many. The exit code is then 1. */
export function reportFailures(failures: readonly Pick<Error, 'message'>[], inputs: number): void {
  for (const { message } of failures.slice(0, MOST_FAILURES)) say(message);
  if (failures.length > MOST_FAILURES) {
    say(`${count(failures.length)} of ${countOf(inputs, 'input')} could not be read`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

/**
 * The flow logs of the input. Reading throws an InputError when it breaks off, and the error of the abort.
 */
export function readInput(input: Input, signal?: AbortSignal): FlowSource {
  return { read: (reader) => readNamed(input, reader, signal) };
}

/** The error as one of an input with this name. */
export function inputError(name: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  return new InputError(errorAbout(name, error).message, { cause: error });
}

async function* readNamed(
  input: Input,
  reader: SourceReader,
  signal?: AbortSignal,
): AsyncGenerator<number> {
  try {
    yield* readFlowLog(await openCounted(input, signal)).read(reader);
  } catch (error) {
    throw signal?.aborted ? error : inputError(input.name, error);
  }
}

/** The bytes of an input; those that are read are added to what it says it has read. */
export async function openCounted(input: Input, signal?: AbortSignal): Promise<Bytes> {
  const bytes = await input.open(signal);
  const count = <T extends Uint8Array>(piece: T) => {
    input.bytesRead += piece.length;
    return piece;
  };
  async function* pieces() {
    for await (const piece of bytes) yield count(piece);
  }
  const all = { [Symbol.asyncIterator]: pieces };
  if (!hasParts(bytes)) return all;
  const readRange = async (from: number, to: number) => count(await bytes.readRange(from, to));
  return { ...all, size: bytes.size, readRange };
}

/** The reader of `--format`. @throws UsageError naming the field that is wrong. */
export function formatOption(text: string): Format {
  try {
    const format = parseFormat(text);
    warnOfUnknown(format.filter((name) => !isKnownField(name)));
    return format;
  } catch (error) {
    throw new UsageError(`--format: ${(error as Error).message}`, { cause: error });
  }
}

/** Warns only: an unknown field may be misspelt, or newer than this program. */
function warnOfUnknown(names: readonly string[]): void {
  for (const name of names) {
    say(`--format: AWS documents no "${name}", it is read as text`);
  }
}
