import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../infra/root.ts';

const MAIN = fileURLToPath(new URL('../../services/cli/natflow.cjs', import.meta.url));

/** The end of a command on a terminal, which takes its two outputs together. */
export interface TerminalEnd {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `natflow …` to its end on a terminal of 100 columns, which util-linux's `script` makes. */
export async function runOnTerminal(...args: string[]): Promise<TerminalEnd> {
  const quoted = [process.execPath, MAIN, ...args].map((word) => `'${word}'`);
  const command = `stty cols 100 rows 30; exec ${quoted.join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: ROOT,
    env: { ...process.env, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, output };
}
