import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../../infra/root.ts';
import type { Cloud } from './cloud.ts';

interface Mail {
  readonly body: string;
}

/** A shell in a folder, at which a person types who has the AWS CLI alone. */
export class Shell {
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #typed = new Set<string>();

  constructor({ env }: Pick<Cloud, 'env'>, folder: string) {
    this.#env = env;
    this.#folder = folder;
  }

  /** Types a line, and returns all that it prints. */
  async type(line: string): Promise<string> {
    this.#typed.add(shape(line));
    // The pipe: /dev/stdout cannot be opened where it is a socket, as a child of Node has it.
    const script = `set -o pipefail; { ${line}\n} 2>&1 | cat`;
    const options = { cwd: this.#folder, env: this.#env };
    const { stdout } = await promisify(execFile)('bash', ['-c', script], options);
    if (stdout.includes('FunctionError')) throw new Error(`${line}\n${stdout}`);
    return stdout;
  }

  /** The lines that were not typed, nor any like them of another stack, gateway or recording. */
  untyped(lines: readonly string[]): string[] {
    return lines.filter((line) => !this.#typed.has(shape(line)));
  }
}

function shape(line: string): string {
  return line
    .replace(/(?<= --function-name )\S+(?=-(controller|reporter) )/, 'STACK')
    .replace(/\b(nat|rtb|vpc|vpce)-[0-9a-f]+\b/g, 'ID')
    .replace(/\d{8}T\d{6}Z-\d+|\d{4}\/\d\d\/\d\d(\/\d\d)?/g, 'TIME');
}

/** Types a command of natflow's in the checkout, and returns what it prints. */
export async function typeNatflow(cloud: Pick<Cloud, 'run'>, line: string): Promise<string> {
  return await cloud.run('npx', ['natflow', ...line.split(' ')], ROOT);
}

/** The commands of a mail. */
export function commandsOf({ body }: Mail): string[] {
  return body.split('\n').filter((line) => /^(aws|echo) /.test(line));
}

/** The commands for a purpose in the mails of a stack. */
export function commandsFor(purpose: string, mails: readonly Mail[], stack: string): string[] {
  return mails.flatMap(({ body }) => {
    const lines = body.split('\n');
    return lines.filter(
      (line, at) => lines[at - 1] === `${purpose}:` && line.includes(` ${stack}-controller `),
    );
  });
}
