import { createInterface } from 'node:readline/promises';
import { printable } from '../../shared/text/printable.ts';

/** Whether a person sits at standard input and standard output. */
export function isTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** Asks the person at the terminal; undefined when the input ends in place of an answer. */
export async function ask(prompt: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<undefined>((resolve) =>
    terminal.once('close', () => resolve(undefined)),
  );
  try {
    return await Promise.race([terminal.question(printable(prompt)), ended]);
  } finally {
    terminal.close();
  }
}
