import { printable, printableLines } from './text/printable.ts';

/**
 * Writes data to standard output, as many lines as there are; false when it should wait for `drain`. This
 * is where all of it passes: what composed it may have forgotten to make a name printable.
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

/** Tells the user something in a sentence. */
export function say(sentence: string): void {
  writeMessage(`natflow: ${sentence}`);
}
