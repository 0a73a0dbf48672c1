import { printable, printableLines } from './text/printable.ts';

/**
 * Writes text of any number of lines to standard output; returns false when the caller should wait for `drain`.
 * Every function here makes foreign text printable once more, in case that was forgotten where it was composed.
 */
export function writeOutput(text: string): boolean {
  return process.stdout.write(printableLines(text));
}

/** Writes one line to standard output. */
export function writeLine(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** Writes one line to standard error. */
export function writeMessage(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Writes a sentence to standard error, after the program's name. */
export function say(sentence: string): void {
  writeMessage(`natflow: ${sentence}`);
}
